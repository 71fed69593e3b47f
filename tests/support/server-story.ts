import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { failureText } from '../../domain/analysis/check-stories.js';
import { compare, type Difference, keyIn, openIn, refusalDiffers, type Scene } from '../../domain/analysis/deltas.js';
import { answerOf, starterOf } from '../../domain/analysis/stage.js';
import { type StoryFile, type StoryRow, scriptOf } from '../../domain/analysis/story.js';
import type { Row } from '../../domain/engine/ledger.js';
import type { CaseState } from '../../domain/engine/state.js';
import { isObject, type Json, type JsonObject } from '../../domain/json.js';
import { applyPatch } from '../../domain/patch.js';
import type { Stories } from '../../policies/load-stories.js';
import { view } from '../../workflows/engine/contract.js';
import type { Answer, Plant } from './plant.js';

/** How long the server may take to come to what a row says. */
const patienceMs = 40_000;
/** On the server these are its own: the site's clock is the real one, and the systems are. */
const itsOwn = ['due', 'shows', 'reminds', 'escalates', 'overdue', 'waitsFor'] as const;
const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Plays one story over the HTTP API of a plant, with the clock of its workflow moved. Returns what went otherwise, in words. */
export async function tellOnServer(plant: Plant, { source, theatre }: Stories, n: number): Promise<string | undefined> {
  const { begun, subject, rows } = scriptOf(source.value, n);
  const story = source.value.stories[n]?.story ?? '';
  const about = applyPatch(subject, source.value.server?.subject ?? {});
  const answered = new Set(answersIn(source.value).flatMap(scalarsIn));
  const server = new ServerCase(plant, theatre, about, begun);
  for (const { row, path } of rows) {
    const differences = await server.happen({ ...row, ...(row.ends === undefined ? {} : { ends: without(row.ends, answered) }) });
    if (differences.length > 0)
      return failureText(source, { story, ledger: [], taken: [], refused: [], world: { subject: {} } }, { path, row, differences });
  }
  return undefined;
}

class ServerCase {
  private readonly plant: Plant;
  private readonly theatre: Stories['theatre'];
  private readonly subject: JsonObject;
  private id: string | undefined;
  private seen = 0;
  private hadEnded = false;
  /** Seconds of the story's own time. */
  private toldTime: number;
  private readonly contents = new Map<string, Json>();

  constructor(plant: Plant, theatre: Stories['theatre'], subject: JsonObject, begun: string) {
    this.toldTime = secondsAt(begun);
    this.plant = plant;
    this.theatre = theatre;
    this.subject = subject;
  }

  /** Lets a row happen, and waits until all that it says has come of it. */
  async happen(row: StoryRow): Promise<readonly Difference[]> {
    const before = this.id === undefined ? new Map<string, string>() : openIn(await this.scene());
    const answer = await this.event(row);
    if (answer !== undefined && answer.status >= 400) {
      const { code, field, values } = answer.body;
      const told = {
        code: String(code),
        field: field === undefined ? undefined : String(field),
        values: (values ?? {}) as unknown as JsonObject,
      };
      return refusalDiffers(row, told);
    }
    if (row.refused !== undefined) return [{ what: 'refused', expected: row.refused, happened: 'it was done' }];
    const wanted = comparable(row);
    for (const end = Date.now() + patienceMs; ; await sleep(100)) {
      const scene = await this.scene();
      const differences = compare(scene, wanted, before).filter(({ what }) => !itsOwn.some((own) => own === what));
      if (differences.length === 0 || Date.now() > end) {
        this.seen = scene.rows.at(-1)?.seq ?? this.seen;
        this.hadEnded = scene.state.outcome !== undefined;
        return differences;
      }
    }
  }

  private async event(row: StoryRow): Promise<Answer | undefined> {
    if (row.pass !== undefined) return this.pass(durationOf(row.pass));
    if (row.at !== undefined) return this.pass(secondsAt(row.at) - this.toldTime);
    if (row.does === undefined && row.verb === undefined) return this.begin(row);
    const { by = '', verb = 'complete', data, does, on } = row;
    const named = does ?? on;
    const body = bodyOf(row);
    if (named === undefined) {
      const amends = verb === 'amend' ? { patch: row.patch ?? {}, from: (await this.plant.read(by, this.caseId))['turn'] } : {};
      return this.ask(by, `/cases/${encodeURIComponent(this.caseId)}/commands`, { verb, ...body, ...amends });
    }
    const task = await this.taskOf(named);
    const step = this.theatre.setting.policy.steps[task.step];
    const said = does !== undefined && step !== undefined ? { data: answerOf(row, step) } : data === undefined ? {} : { data };
    return this.ask(by, `/tasks/${encodeURIComponent(task.id)}/commands`, { rev: task.rev, verb, ...body, ...said });
  }

  private async begin({ by }: StoryRow): Promise<Answer> {
    const { people, setting, book } = this.theatre;
    const { procedure, startedBy } = setting.policy;
    const request = { company: book.company.company, procedure, subject: this.subject };
    const answer = await this.ask(by ?? starterOf(people, startedBy), '/cases', request);
    if (answer.status === 201) this.id = String(answer.body['caseId']);
    return answer;
  }

  /** A request that is asked again, under its own key, while a busy server keeps it for later. */
  private async ask(person: string, path: string, body: object): Promise<Answer> {
    const key = { 'idempotency-key': randomUUID() };
    for (const end = Date.now() + patienceMs; ; await sleep(500)) {
      const answer = await this.plant.ask(person, 'POST', path, body, key);
      if (answer.status !== 503 || Date.now() > end) return answer;
    }
  }

  private async pass(seconds: number): Promise<undefined> {
    this.toldTime += seconds;
    await this.plant.forward(this.caseId, seconds);
    return undefined;
  }

  private async taskOf(named: string) {
    const tasks = await this.plant.tasks(this.caseId);
    const open = tasks.filter(({ state }) => state === 'open');
    const key =
      keyIn(
        named,
        open.map((task) => task.key),
      ) ?? keyIn(named, new Set(tasks.map((task) => task.key)));
    const task = tasks.findLast((one) => one.key === key);
    if (task === undefined) throw new Error(`no task ${named} in ${this.caseId}; open: ${open.map((one) => one.key).join(', ')}`);
    return task;
  }

  private get caseId(): string {
    if (this.id === undefined) throw new Error('the case has not begun');
    return this.id;
  }

  /** How the case stands now, with all that was written since the row before. */
  private async scene(): Promise<Scene> {
    const { snapshot } = await this.plant.client.workflow.getHandle(this.caseId).query(view, { since: 0, whole: true });
    const ledger: readonly Row[] = await this.plant.ledger(this.caseId);
    for (const { contents = {} } of ledger) for (const [hash, content] of Object.entries(contents)) this.contents.set(hash, content);
    return {
      begun: true,
      state: snapshot as CaseState,
      rows: ledger.filter(({ seq }) => seq > this.seen),
      inputs: new Map(),
      hadEnded: this.hadEnded,
      siteTime: () => 'its own',
      shownOf: (hash) => this.contents.get(hash),
    };
  }
}

/** A row with only what is the same on the server: deadlines begin there too, but at its own time. */
function comparable(row: StoryRow): StoryRow {
  const { due: _due, shows: _shows, clocks, ...rest } = row;
  if (clocks === undefined) return rest;
  return { ...rest, clocks: Object.fromEntries(Object.entries(clocks).map(([name, at]) => [name, /^\d/.test(at) ? 'its own' : at])) };
}

/** What a command says beside its verb and its answer. */
const bodyOf = ({ seat, to, reason, where, redo, cause }: StoryRow): object =>
  Object.fromEntries(Object.entries({ seat, to, reason, where, redo, cause }).filter(([, value]) => value !== undefined));

const secondsAt = (time: string): number => Date.parse(`${time.replace(' ', 'T')}:00Z`) / 1_000;
const durationOf = (text: string): number => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 1);

/** All that the systems of a file's stories answer. */
const answersIn = ({ given, stories }: StoryFile): readonly Json[] =>
  [...Object.values(given), ...stories].flatMap(({ effects = {}, rows = [] }) => [
    ...Object.values(effects),
    ...rows.flatMap(({ calls }) => (calls === undefined || Array.isArray(calls) ? [] : Object.values(calls))),
  ]);

const scalarsIn = (value: Json): readonly Json[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap((one: Json) => scalarsIn(one)) : [value];

/** What an outcome says beside what it has from a system: numbers of papers and amounts are the server's own. */
const without = (ends: Json, answered: ReadonlySet<Json>): Json =>
  isObject(ends) ? Object.fromEntries(Object.entries(ends).filter(([, value]) => !answered.has(value))) : ends;
