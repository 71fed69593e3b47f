import type * as z from 'zod';
import { type About, type Circle, type Member, type Substitution, worthOf } from '../authority/directory.js';
import { type Allowed, type Authority, mayAct } from '../authority/may-act.js';
import { hashOf } from '../canonical-json.js';
import type { Command, CommandBody } from '../engine/command.js';
import { act } from '../engine/commands/dispatch.js';
import type { Row, TaskRow } from '../engine/ledger.js';
import { type ProcedureContext, siteOf } from '../engine/procedure.js';
import { Refusal } from '../engine/refusal.js';
import { type CaseState, nextWake } from '../engine/state.js';
import { stepPolicy } from '../engine/system-tasks.js';
import { attemptEnded, begin, reported, type TurnResult, timersFired } from '../engine/turn.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { applyPatch } from '../patch.js';
import { answerIn, rejection } from '../policy/answer.js';
import { check } from '../policy/explain.js';
import type { CompanyBook, Person, ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import type { WorkingCalendar } from '../time/calendar.js';
import { durationMs, minuteMs } from '../time/days.js';
import { freeDay } from '../time/plan.js';
import { keyIn, type Scene } from './deltas.js';
import type { Given, StoryRow } from './story.js';

/** What a procedure's stories are played in. */
export interface Theatre {
  readonly book: CompanyBook;
  readonly people: readonly Person[];
  readonly setting: ProcedureContext;
  readonly calendar?: WorkingCalendar;
  /** What a case may be about; anything when absent. */
  readonly subjects?: z.ZodType;
}

/** Nothing came of what somebody wanted: the code of the refusal, and where it says what is wrong. */
export class Refused extends Error {
  readonly code: string;
  readonly field: string | undefined;
  readonly values: JsonObject;
  constructor(code: string, values: JsonObject = {}, field?: string) {
    super(code);
    this.code = code;
    this.values = values;
    this.field = field;
  }
}

/** A story that cannot be told: it names what is not there. */
export class Untellable extends Error {}

/** The outcome that somebody took at a step, and what they said. */
export interface Taken {
  readonly step: string;
  readonly outcome: string;
  readonly data: JsonObject;
}

type Answers = Readonly<Record<string, Json>>;

/** A case at one moment of a story: how it stands, and what the systems outside would answer. */
export class Stage implements Scene {
  theatre: Theatre;
  state: CaseState;
  now: number;
  subject: JsonObject;
  answers: Answers;
  away: readonly Substitution[];
  /** Rows of the last event, and of all before it. */
  rows: readonly Row[] = [];
  ledger: readonly Row[] = [];
  /** The input that each effect or reading was begun with in the last event, by key. */
  inputs: ReadonlyMap<string, Json> = new Map();
  /** Every task as its last row has it, by key, and all that was ever shown, by hash. */
  private readonly tasks = new Map<string, TaskRow>();
  private readonly contents = new Map<string, Json>();
  private reports = 0;
  /** Whether the case had come to its end before the last event. */
  hadEnded = false;

  private constructor(theatre: Theatre, before?: Stage) {
    this.theatre = theatre;
    this.now = before?.now ?? 0;
    this.state = before?.state ?? (undefined as never);
    this.subject = before?.subject ?? {};
    this.answers = before?.answers ?? {};
    this.away = before?.away ?? [];
    this.ledger = before?.ledger ?? [];
    for (const [key, task] of before?.tasks ?? []) this.tasks.set(key, task);
    for (const [hash, content] of before?.contents ?? []) this.contents.set(hash, content);
    this.reports = before?.reports ?? 0;
  }

  static empty(theatre: Theatre): Stage {
    return new Stage(theatre);
  }

  /** The same moment, to go on from in another way. */
  copy(): Stage {
    return new Stage(this.theatre, this);
  }

  get begun(): boolean {
    return this.state !== undefined;
  }

  /** Takes up what a story is given. */
  under({ begun, values, subject, readings, effects, away }: Omit<Given, 'from' | 'rows'>): void {
    if (values !== undefined) this.theatre = withValues(this.theatre, values);
    if (begun !== undefined) this.now = this.time(begun);
    if (subject !== undefined) this.subject = applyPatch(this.subject, subject);
    this.answers = { ...this.answers, ...readings, ...effects };
    const absences = (away ?? []).map(
      ({ person, substitute, from, until }, n): Substitution => ({
        id: `away-${n}`,
        person,
        substitute,
        from: this.time(from),
        until: this.time(until),
        limits: {},
        grantedBy: person,
      }),
    );
    this.away = [...this.away, ...absences];
  }

  /** Epoch milliseconds of a time at the site. */
  time(text: string): number {
    return Date.parse(`${text.replace(' ', 'T')}:00Z`) - this.theatre.setting.utcOffsetMinutes * minuteMs;
  }

  /** A moment as the site's clock and calendar show it. */
  siteTime(at: number): string {
    const text = new Date(at + this.theatre.setting.utcOffsetMinutes * minuteMs).toISOString().replace('T', ' ');
    return text.endsWith(':00.000Z') ? text.slice(0, 16) : text.slice(0, 19);
  }

  /** What a task, or anything told, shows. */
  shownOf(hash: string): Json | undefined {
    return this.contents.get(hash);
  }

  /**
   * Lets something happen, with all that follows by itself: systems that have an answer give it.
   * @throws Refused when nothing comes of it; Untellable
   */
  happen(row: StoryRow): readonly Taken[] {
    const before = { state: this.state, now: this.now, answers: this.answers };
    this.hadEnded = this.begun && this.state.outcome !== undefined;
    this.rows = [];
    this.inputs = new Map();
    const { calls } = row;
    const at = calls === undefined || Array.isArray(calls) ? {} : calls;
    try {
      const taken = this.perform(row, at);
      this.settle(at);
      return taken;
    } catch (thrown) {
      Object.assign(this, before);
      if (thrown instanceof Refusal) throw new Refused(thrown.code, thrown.values);
      throw thrown;
    }
  }

  private perform(row: StoryRow, at: Answers): readonly Taken[] {
    if (!this.begun) this.requireBegin(row);
    if (row.does !== undefined || row.verb !== undefined) return this.command(row);
    if (row.pass !== undefined) this.passUntil(this.now + durationMs(row.pass), at);
    else if (row.at !== undefined) this.passUntil(this.time(row.at), at);
    else if (row.effect !== undefined || row.reading !== undefined) this.systemAnswers(row, row.effect ?? row.reading ?? '');
    else if (row.report !== undefined)
      this.took(
        reported(this.theatre.setting, this.state, this.now, {
          kind: 'event',
          event: row.report,
          report: `report-${++this.reports}`,
          data: row.data ?? {},
        }),
      );
    else this.begin(row);
    return [];
  }

  private requireBegin({ does, verb, pass, at, effect, reading, report }: StoryRow): void {
    if ([does, verb, pass, at, effect, reading, report].some((event) => event !== undefined))
      throw new Untellable('the case has not begun; allowed: a first row in which nothing happens but that it begins');
  }

  private begin({ by }: StoryRow): void {
    if (this.begun) throw new Untellable('the case has begun already; allowed: something that happens');
    const { setting, book, calendar, people } = this.theatre;
    const { policy } = setting;
    const starter = by ?? starterOf(people, policy.startedBy);
    const about = { procedure: policy.procedure, ...worthOf(this.subject), ...siteOf(setting.sites, this.subject) };
    const authority = this.allowed(mayAct(this.member(starter), book.company.company, { on: 'start', procedure: policy, about }));
    const subject = this.checked(this.subject);
    const caseId = `${book.company.company}:${policy.procedure}:1`;
    const start = { caseId, company: book.company.company, procedure: policy.procedure, number: '1', edition: 'told' };
    const { actingFor } = authority;
    this.took(
      begin(
        setting,
        {
          ...start,
          subject,
          by: starter,
          ...(actingFor === undefined ? {} : { actingFor }),
          ...(calendar === undefined ? {} : { calendar }),
        },
        this.now,
      ),
    );
  }

  /** What a person wants: is it theirs, is the task open, does the form fit; then the case decides. In the order of the API. */
  private command(row: StoryRow): readonly Taken[] {
    const { by = '', does, on } = row;
    const verb = row.verb ?? 'complete';
    const named = does ?? on;
    if (named === undefined) {
      this.onCase(by, verb, row);
      return [];
    }
    const open = keyIn(named, Object.keys(this.state.tasks));
    const task = this.tasks.get(open ?? keyIn(named, this.tasks.keys()) ?? '');
    const step = task === undefined ? undefined : stepPolicy(this.theatre.setting.policy, task.step);
    if (task === undefined || step === undefined)
      throw new Untellable(`no task ${named}; allowed: ${Object.keys(this.state.tasks).join(', ') || 'none is open'}`);
    if (row.seat !== undefined && task.seats.every(({ id }) => id !== row.seat)) throw new Refused('SEAT_UNKNOWN', {}, '/seat');
    const { policy } = this.theatre.setting;
    const authority = mayAct(this.member(by), this.theatre.book.company.company, {
      on: 'task',
      verb,
      step,
      about: this.about(),
      answeredBy: task.closedBy,
      managedBy: policy.managedBy,
      seats: task.seats.filter(({ id }) => row.seat === undefined || id === row.seat),
    });
    const closed = task.state === 'open' || (verb === 'withdraw' && task.state === 'completed') ? undefined : closedCode(task);
    if (closed !== undefined && (authority.allowed || authority.code.startsWith('SEAT_'))) throw new Refused(closed);
    const { seat: right, ...allowed } = this.allowed(authority);
    const several = task.seats.length > 1 || step.seats !== undefined;
    const seat = row.seat ?? (several ? right : undefined);
    const place = { task: task.id, rev: task.rev, ...(seat === undefined ? {} : { seat }) };
    const body = this.bodyOn(row, verb, { task, step, place });
    this.act({ ...body, ...this.actor(by, allowed) });
    if (body.verb !== 'complete' && body.verb !== 'reject') return [];
    const { data = {} } = body;
    const { outcome } = data;
    return [{ step: task.step, outcome: typeof outcome === 'string' ? outcome : (Object.keys(step.outcomes)[0] ?? ''), data }];
  }

  private bodyOn(
    row: StoryRow,
    verb: string,
    {
      task,
      step,
      place,
    }: { readonly task: TaskRow; readonly step: StepPolicy; readonly place: { readonly task: string; readonly rev: number } },
  ): CommandBody {
    const { reason, to = '', cause = '' } = row;
    const because = reason === undefined ? {} : { reason };
    switch (verb) {
      case 'complete':
        return { verb, ...place, data: this.answer(task, step, answerOf(row, step)) };
      case 'reject': {
        const found = rejection(step, row.data ?? {}, need(reason, '/reason'));
        if (!found.ok) throw new Refused(found.code, found.values, `/data${found.field}`);
        return { verb, ...place, reason: need(reason, '/reason'), data: this.answer(task, step, spelt(found.data)) };
      }
      case 'return':
        if (!step.returnTo.includes(to)) throw new Refused('RETURN_TARGET_UNKNOWN', { to, allowed: step.returnTo }, '/to');
        return { verb, ...place, to, reason: need(reason, '/reason'), ...(row.redo === undefined ? {} : { redo: row.redo }) };
      case 'withdraw':
        return { verb, ...place, ...because };
      case 'transfer':
      case 'delegate':
        return { verb, ...place, to: this.colleague(to), ...because };
      case 'add-signer':
        return { verb, ...place, to: this.colleague(to), where: row.where ?? 'beside', ...because };
      case 'remove-signer':
      case 'skip':
        return { verb, ...place, reason: need(reason, '/reason') };
      case 'hold':
        return { verb, ...place, ...this.hold(cause, row) };
      case 'resume':
        return { verb, ...place };
      default:
        throw new Refused('VERB_UNKNOWN', { verb });
    }
  }

  private onCase(by: string, verb: string, row: StoryRow): void {
    const { setting, book } = this.theatre;
    const wish = { on: 'case', verb, procedure: setting.policy, about: this.about() } as const;
    const allowed = this.allowed(mayAct(this.member(by), book.company.company, wish));
    this.act({ ...this.bodyOfCase(verb, row), ...this.actor(by, allowed) });
  }

  private bodyOfCase(verb: string, row: StoryRow): CommandBody {
    const { reason, to } = row;
    const because = reason === undefined ? {} : { reason };
    switch (verb) {
      case 'amend': {
        const patch = row.patch ?? {};
        this.checked(applyPatch(this.state.subject, patch));
        return { verb, patch, from: this.state.turn, ...because };
      }
      case 'cancel':
        return { verb, reason: need(reason, '/reason') };
      case 'reopen':
        return {
          verb,
          reason: need(reason, '/reason'),
          ...(to === undefined ? {} : { to }),
          ...(row.redo === undefined ? {} : { redo: row.redo }),
        };
      case 'hold':
        return { verb, ...this.hold(row.cause ?? '', row) };
      case 'resume':
        return { verb };
      default:
        throw new Refused('VERB_UNKNOWN', { verb });
    }
  }

  /** What a case is about, as its schema takes it. */
  private checked(subject: JsonObject): JsonObject {
    if (this.theatre.subjects === undefined) return subject;
    const found = check(this.theatre.subjects, subject);
    if (!found.ok) throw new Refused(found.code, found.values, `/subject${found.field}`);
    return found.value as JsonObject;
  }

  private hold(cause: string, { until, reason }: StoryRow) {
    if (!Object.hasOwn(this.theatre.book.company.holdCauses ?? {}, cause)) throw new Refused('FIELD_INVALID', { cause }, '/cause');
    return { cause, ...(until === undefined ? {} : { until: this.time(until) }), ...(reason === undefined ? {} : { reason }) };
  }

  private colleague(person: string): string {
    if (!this.theatre.people.some(({ id }) => id === person)) throw new Refused('PERSON_UNKNOWN', { person }, '/to');
    return person;
  }

  private answer(task: TaskRow, step: StepPolicy, data: JsonObject): JsonObject {
    const { calendar, setting } = this.theatre;
    const today = new Date(this.now + setting.utcOffsetMinutes * minuteMs).toISOString().slice(0, 10);
    const found = answerIn(step, data, {
      shown: this.contents.get(task.shown) ?? null,
      before: task.prefill === undefined ? null : (this.contents.get(task.prefill) ?? null),
      today,
      freeDay: (date) => (calendar === undefined ? undefined : freeDay(calendar, date)),
      lines: task.lines ?? [],
    });
    if (found.ok) return found.data;
    throw new Refused(found.code, found.values, `/data${found.field}`);
  }

  private actor(by: string, { rule, actingFor, chain }: Allowed): Pick<Command, 'by' | 'actingFor' | 'grant'> {
    const { site } = this.about();
    const held = this.member(by).memberships.filter((one) => one.site === undefined || site === undefined || one.site === site);
    const roles = [...new Set(held.map(({ role }) => role))].sort();
    return {
      by,
      ...(actingFor === undefined ? {} : { actingFor }),
      grant: { rule, directory: 1, roles, ...(chain === undefined ? {} : { substitutions: chain.map(({ id }) => id) }) },
    };
  }

  private allowed(authority: Authority): Allowed {
    if (authority.allowed) return authority;
    throw new Refused(authority.code, authority.values);
  }

  private about(): About {
    const { setting } = this.theatre;
    const { subject, start } = this.state;
    return { procedure: setting.policy.procedure, startedBy: start.by, ...worthOf(subject), ...siteOf(setting.sites, subject) };
  }

  private member(person: string): Member {
    const found = this.theatre.people.find(({ id }) => id === person);
    if (found === undefined) throw new Untellable(`nobody is called ${person}; allowed: people of people.demo.yaml`);
    const member = memberOf(found, this.theatre.book.company.company);
    if (this.away.length === 0) return member;
    const people = this.theatre.people.map((one) => memberOf(one, this.theatre.book.company.company));
    const circle: Circle = { at: this.now, people, substitutions: this.away };
    return { ...member, circle };
  }

  private act(command: Command): void {
    this.took(act(this.theatre.setting, this.state, command, this.now));
  }

  /** A system answers what is under way; with nothing under way it will answer so from now on. */
  private systemAnswers({ gives, fails, unknown, reading }: StoryRow, name: string): void {
    const effects = Object.values(this.state.effects);
    const key = keyIn(
      name,
      effects.flatMap((effect) => (effect.flight === undefined ? [] : [effect.key])),
    );
    if (gives !== undefined && (reading !== undefined || key === undefined)) this.answers = { ...this.answers, [name]: gives };
    if (key === undefined) {
      if (gives === undefined) throw new Untellable(`${name} is not under way; allowed: what has been called and not answered`);
      return;
    }
    const end =
      gives !== undefined
        ? ({ ok: true, result: gives } as const)
        : ({ ok: false, code: fails ?? 'UNKNOWN', detail: '', ...(unknown === undefined ? {} : { unknown }) } as const);
    this.took(attemptEnded(this.theatre.setting, this.state, this.now, key, end));
  }

  /** Time goes on, and everything that is due by then happens when it is due. */
  private passUntil(until: number, at: Answers): void {
    if (until <= this.now) throw new Untellable('it is later than that already; allowed: a time to come');
    for (let rounds = 0; rounds < 10_000; rounds++) {
      const wake = nextWake(this.state);
      if (wake === undefined || wake > until) break;
      this.now = Math.max(this.now, wake);
      this.took(timersFired(this.theatre.setting, this.state, this.now));
      this.settle(at);
    }
    this.now = until;
  }

  /** Systems that have an answer give it. */
  private settle(at: Answers): void {
    for (let rounds = 0; rounds < 1_000; rounds++) {
      const next = Object.values(this.state.effects).find(
        ({ key, flight }) => flight !== undefined && (flight.action === 'undo' || this.answerTo(key, at) !== undefined),
      );
      if (next?.flight === undefined) return;
      const result = next.flight.action === 'undo' ? null : (this.answerTo(next.key, at) ?? null);
      this.took(attemptEnded(this.theatre.setting, this.state, this.now, next.key, { ok: true, result }));
    }
    throw new Untellable('the case does not come to rest; allowed: answers that lead somewhere');
  }

  private answerTo(key: string, at: Answers): Json | undefined {
    const name = this.state.effects[key]?.name ?? '';
    for (const answers of [at, this.answers]) {
      const found =
        Object.keys(answers).find((one) => one === key || key.endsWith(`/${one}`)) ?? (Object.hasOwn(answers, name) ? name : undefined);
      if (found !== undefined) return answers[found];
    }
    return undefined;
  }

  private took({ state, rows }: TurnResult): void {
    this.state = state;
    this.rows = [...this.rows, ...rows];
    this.ledger = [...this.ledger, ...rows];
    // What the subject is, everybody has from the start: no row brings it where a task shows just that.
    if (rows.some(({ type }) => type === 'begun' || type === 'amended')) this.contents.set(hashOf(state.subject), state.subject);
    for (const { task, contents } of rows) {
      if (task !== undefined) this.tasks.set(task.key, task);
      for (const [hash, content] of Object.entries(contents ?? {})) this.contents.set(hash, content);
    }
    const begun = rows.flatMap(({ effect }) => (effect?.state === 'flying' ? [effect.key] : []));
    if (begun.length > 0)
      this.inputs = new Map([...this.inputs, ...begun.map((key) => [key, state.effects[key]?.flight?.input ?? null] as const)]);
  }
}

/** Who begins a case where a story does not say. */
export const starterOf = (people: readonly Person[], startedBy: readonly string[]): string =>
  people.find(({ roles }) => roles.some((role) => startedBy.includes(role)))?.id ?? '';
/** The same stage, with a policy that has other values. */
function withValues(theatre: Theatre, values: ProcedurePolicy['values']): Theatre {
  const { setting } = theatre;
  return { ...theatre, setting: { ...setting, policy: { ...setting.policy, values: { ...setting.policy.values, ...values } } } };
}

const memberOf = ({ id, roles, sites, teams = [] }: Person, company: string): Member => ({
  id,
  memberships: roles.flatMap((role) => (sites === undefined ? [{ company, role }] : sites.map((site) => ({ company, role, site })))),
  teams: teams.map((team) => ({ company, team })),
});

/** What somebody answers, with the outcome of a step that has one. */
export function answerOf({ outcome, data = {}, lines }: StoryRow, step: StepPolicy): JsonObject {
  const outcomes = Object.keys(step.outcomes);
  const said = outcome ?? (outcomes.length === 1 ? outcomes[0] : undefined);
  return spelt({ ...(said === undefined ? {} : { outcome: said }), ...data, ...(lines === undefined ? {} : { lines }) });
}

/** Texts such as `字 × 501` are written out. */
function spelt<T extends Json>(value: T): T {
  if (typeof value === 'string') {
    const [, text, times] = /^(.+) × (\d+)$/u.exec(value) ?? [];
    return (text === undefined ? value : text.repeat(Number(times))) as T;
  }
  if (Array.isArray(value)) return value.map((item: Json) => spelt(item)) as unknown as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, spelt(member)])) as T;
}

const closedCode = ({ state }: TaskRow): string => (state === 'suspended' ? 'TASK_SUSPENDED' : 'TASK_CLOSED');

function need(value: string | undefined, field: string): string {
  if (value === undefined) throw new Refused('FIELD_REQUIRED', { field }, field);
  return value;
}
