import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { collaborationVerbs } from '../../domain/authority/collaboration.js';
import type { ApiClient } from './api-client.js';
import { caseIdOf, holdOf, type ShownTask, taskTable, waiting } from './cases.js';
import { type CliContext, type GlobalOptions, jsonFrom, type Me } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { localTime, table } from './output.js';

interface Answer {
  readonly task: { readonly id: string; readonly state: string; readonly lines?: readonly string[] };
  readonly openTasks: readonly ShownTask[];
  readonly pending: boolean;
}

/** `gendan tasks`, `gendan act`, `gendan explain-due`, `gendan radar` */
export function taskCommands(program: Command, cli: CliContext): void {
  program
    .command('tasks')
    .description(cli.say('cli.tasks'))
    .addOption(new Option('--view <view>', cli.say('cli.option.view')).choices(['mine', 'group', 'team', 'done']).default('mine'))
    .option('--after <mark>', cli.say('cli.option.after'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly view: string; readonly after?: string }>();
      const client = await cli.client(options);
      const found = await client.get<{ items: readonly ShownTask[]; next: string | null }>('/tasks', {
        view: options.view,
        after: options.after,
      });
      cli.print(options, found, () => {
        if (found.items.length === 0) return cli.say('cli.tasks-none');
        return found.next === null
          ? taskTable(cli, found.items)
          : `${taskTable(cli, found.items)}\n${cli.say('cli.more', { after: found.next })}`;
      });
    });
  program
    .command('act <task> <verb>')
    .description(cli.say('cli.act'))
    .option('--data <json|file>', cli.say('cli.option.data'))
    .option('--reason <reason>', cli.say('cli.option.reason'))
    .option('--text <text>', cli.say('cli.option.text'))
    .option('--to <step|person>', cli.say('cli.option.to-whom'))
    .option('--seat <seat>', cli.say('cli.option.seat'))
    .addOption(new Option('--where <where>', cli.say('cli.option.where')).choices(['before', 'after', 'beside']))
    .addOption(new Option('--redo <redo>', cli.say('cli.option.redo')).choices(['keep', 'all']))
    .option('--cause <cause>', cli.say('cli.option.cause'))
    .option('--until <time>', cli.say('cli.option.until'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((given: string, verb: string, _options: unknown, command: Command) =>
      act(cli, given, verb, command.optsWithGlobals<ActOptions>()),
    );
  explainCommand(program, cli);
  listCommands(program, cli);
}

interface ActOptions extends GlobalOptions {
  readonly data?: string;
  readonly reason?: string;
  readonly text?: string;
  readonly to?: string;
  readonly seat?: string;
  readonly where?: string;
  readonly redo?: string;
  readonly cause?: string;
  readonly until?: string;
  readonly key?: string;
}

async function act(cli: CliContext, given: string, verb: string, options: ActOptions): Promise<void> {
  const { data, to, text, seat, where, redo, key } = options;
  const named = Object.fromEntries(Object.entries({ to, text, seat, where, redo }).filter(([, value]) => value !== undefined));
  const body = {
    verb,
    ...(data === undefined ? {} : { data: jsonFrom(data) }),
    ...holdOf(options),
    ...named,
  };
  const client = await cli.client(options);
  const path = `/tasks/${encodeURIComponent(await taskIdOf(client, given))}`;
  const { rev, name } = await client.get<ShownTask>(path);
  const answer = await client.post<Answer>(`${path}/commands`, { ...body, rev }, key ?? randomUUID());
  const { lines } = answer.task;
  cli.print(options, answer, () => [recorded(cli, verb, name, lines), waiting(cli, answer)].join('\n'));
}

/** What was recorded: beside a decision also what it was, since nothing that is shown tells. */
function recorded(cli: CliContext, verb: string, name: string, lines: readonly string[] | undefined): string {
  if (lines !== undefined) return cli.say('cli.task-left', { lines: lines.join(', ') });
  const beside = collaborationVerbs.find((one) => one === verb);
  return beside === undefined ? cli.say('cli.task-done', { name }) : cli.say('cli.task-beside', { name, verb: cli.say(`verb.${beside}`) });
}

/** A task by its id, by `number/step`, or by its case's number alone where just one task of it is mine. */
export async function taskIdOf(client: ApiClient, given: string): Promise<string> {
  if (given.includes('#')) return given;
  const [number = '', step] = given.split('/');
  const { items } = await client.get<{ items: readonly ShownTask[] }>('/tasks', { view: 'mine', q: number, limit: '200' });
  const fitting = items.filter((task) => task.number === number && (step === undefined || task.step === step));
  if (fitting.length > 1)
    throw new CliError(exitCodes.usage, 'cli.task-many', { task: given, allowed: fitting.map(({ id }) => id).join(', ') });
  return fitting[0]?.id ?? (await othersTask(client, number, step)) ?? given;
}

/** Somebody else's task, so that the answer says whose it is. */
async function othersTask(client: ApiClient, number: string, step: string | undefined): Promise<string | undefined> {
  const caseId = await caseIdOf(client, number);
  if (!caseId.includes(':')) return undefined;
  const { openTasks } = await client.get<{ openTasks: readonly ShownTask[] }>(`/cases/${encodeURIComponent(caseId)}`);
  return openTasks.find((task) => step === undefined || task.step === step)?.id;
}

/** `gendan explain-due TASK` */
function explainCommand(program: Command, cli: CliContext): void {
  program
    .command('explain-due <task>')
    .description(cli.say('cli.explain-due'))
    .action(async (given: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await cli.client(options);
      const { id, name, dueAt, dueExplained } = await client.get<ExplainedTask>(
        `/tasks/${encodeURIComponent(await taskIdOf(client, given))}`,
      );
      const lines = dueExplained?.lines ?? [];
      cli.print(options, { task: id, dueAt: dueAt ?? null, lines }, () =>
        lines.length === 0 ? cli.say('cli.explain-none', { name }) : lines.map(({ sentence }) => sentence).join('\n'),
      );
    });
}

interface ExplainedTask extends ShownTask {
  readonly dueExplained?: { readonly lines: readonly { readonly code: string; readonly values: unknown; readonly sentence: string }[] };
}

function listCommands(program: Command, cli: CliContext): void {
  program
    .command('radar')
    .description(cli.say('cli.radar'))
    .option('--company <company>', cli.say('cli.option.company'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly company?: string }>();
      const client = await cli.client(options, (me) => me.capabilities.team);
      const found = await client.get<{ items: readonly { since: string; caseId: string; sentence: string }[] }>('/radar', {
        company: options.company,
      });
      const rows = (): string[][] => found.items.map(({ since, caseId, sentence }) => [localTime(since), caseId, sentence]);
      cli.print(options, found, () =>
        found.items.length === 0 ? cli.say('cli.radar-none') : table(cli.columns('since', 'number', 'cause'), rows()),
      );
    });
}

/** `gendan me`, `counts`, `task`, `draft`: one's own desk. */
export function deskCommands(program: Command, cli: CliContext): void {
  program
    .command('me')
    .description(cli.say('cli.me'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const me = await (await cli.client(options)).get<ShownMe>('/me');
      cli.print(options, me, () => meInWords(cli, me));
    });
  program
    .command('counts')
    .description(cli.say('cli.counts'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const counts = await (await cli.client(options)).get<Counts>('/tasks/counts');
      cli.print(options, counts, () => countsInWords(cli, counts));
    });
  program
    .command('task <task>')
    .description(cli.say('cli.task'))
    .action(async (given: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await cli.client(options);
      const page = await client.get<TaskPage>(await pathOf(client, given));
      cli.print(options, page, () => pageInWords(cli, page));
    });
  draftCommand(program, cli);
}

const pathOf = async (client: ApiClient, given: string): Promise<string> => `/tasks/${encodeURIComponent(await taskIdOf(client, given))}`;

interface ShownMe extends Me {
  readonly name: string;
  readonly roles: readonly { readonly company: string; readonly companyName: string; readonly roleName: string; readonly role: string }[];
}

function meInWords(cli: CliContext, { id, name, roles, capabilities }: ShownMe): string {
  const starts = capabilities.start.map(({ company, procedure }) => `  gendan case start ${company} ${procedure}`);
  return [
    `${name} (${id})`,
    ...roles.map((one) => `  ${one.companyName}: ${one.roleName} (${one.role})`),
    ...(starts.length === 0 ? [] : ['', cli.say('cli.section.may-start'), ...starts]),
  ].join('\n');
}

interface Badge {
  readonly open: number;
  readonly overdue: number;
}

interface Counts {
  readonly mine: Badge;
  readonly group: Badge;
  readonly team: Badge;
  readonly batches: readonly (Badge & {
    readonly name: string;
    readonly step: string;
    readonly batch: string;
    readonly dueAt: string | null;
  })[];
}

function countsInWords(cli: CliContext, counts: Counts): string {
  const heading = cli.columns('list', 'open', 'overdue');
  const lists = (['mine', 'group', 'team'] as const).map((view) => [cli.say(`cli.view.${view}`), ...numbers(counts[view])]);
  if (counts.batches.length === 0) return table(heading, lists);
  const batchHeading = cli.columns('batch', 'step', 'due', 'open', 'overdue');
  const batches = counts.batches.map((one) => [
    one.batch,
    `${one.name} (${one.step})`,
    one.dueAt === null ? '' : localTime(one.dueAt),
    ...numbers(one),
  ]);
  return [table(heading, lists), '', table(batchHeading, batches)].join('\n');
}

const numbers = ({ open, overdue }: Badge): readonly string[] => [String(open), String(overdue)];

interface Told {
  readonly sentence: string;
}

interface TaskPage extends ShownTask {
  readonly stateName: string;
  readonly data: unknown;
  readonly whyMine: Told | null;
  readonly due: Told | null;
  readonly whoNext: readonly Told[];
  readonly findings?: readonly Told[];
  readonly failure?: Told;
  readonly refusal?: Told;
  readonly refusals?: Readonly<Record<string, Told>>;
  readonly changed?: { readonly items: readonly { readonly sentence: string }[] };
  readonly verbs: readonly {
    readonly verb: string;
    readonly name: string;
    readonly allowed: boolean;
    readonly whyNot?: Told;
    readonly to?: readonly { readonly step: string; readonly name: string }[];
  }[];
  readonly form: { readonly schema: Schema };
}

/** As much of a form's schema as is told: each outcome with its fields. */
interface Schema {
  readonly title?: string;
  readonly const?: string;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
}

function pageInWords(cli: CliContext, page: TaskPage): string {
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  const claimed = page.seats.flatMap(({ claimedByName, name }) =>
    claimedByName === undefined ? [] : [[name, claimedByName].filter(Boolean).join(': ')],
  );
  const verbs = page.verbs.map(({ verb, name, allowed, whyNot, to = [] }) => [
    verb,
    to.length > 0 && allowed ? `${name} (${to.map((one) => `${one.name}: ${one.step}`).join(', ')})` : name,
    allowed ? cli.say('cli.yes') : (whyNot?.sentence ?? ''),
  ]);
  return [
    `${page.name}  ${page.stateName}  ${page.id}`,
    [page.number, page.title].filter(Boolean).join(' · '),
    ...(page.whyMine === null ? [] : [page.whyMine.sentence]),
    ...(page.due === null ? [] : [`${cli.say('cli.column.due')}: ${page.due.sentence}`]),
    ...section(cli.say('cli.section.claimed'), claimed),
    ...section(cli.say('cli.section.shown'), JSON.stringify(page.data, null, 2).split('\n')),
    ...section(cli.say('cli.section.refused'), refusedIn(page)),
    ...section(cli.say('cli.section.changed'), changedIn(cli, page)),
    ...section(
      cli.say('cli.section.findings'),
      (page.findings ?? []).map(({ sentence }) => sentence),
    ),
    ...section(cli.say('cli.section.form'), outcomesIn(cli, page.form.schema)),
    ...section(
      cli.say('cli.section.who-next'),
      page.whoNext.map(({ sentence }) => sentence),
    ),
    ...section(cli.say('cli.section.verbs'), table([cli.say('cli.column.verb'), '', cli.say('cli.column.may')], verbs).split('\n')),
  ].join('\n');
}

/** Why a person has to see to it: what failed, or what books and other cases refused. */
function refusedIn({ failure, refusal, refusals = {} }: TaskPage): readonly string[] {
  const whole = [failure, refusal].flatMap((told) => told?.sentence ?? []);
  return [...whole, ...Object.entries(refusals).map(([line, { sentence }]) => `${line}: ${sentence}`)];
}

/** What the task shows otherwise than when its step was answered last. */
function changedIn(cli: CliContext, { changed }: TaskPage): readonly string[] {
  if (changed === undefined) return [];
  return changed.items.length === 0 ? [cli.say('cli.changed-none')] : changed.items.map(({ sentence }) => sentence);
}

/** `accurate  Order is accurate: confirmed, note (optional)`, one line an outcome. */
function outcomesIn(cli: CliContext, schema: Schema): readonly string[] {
  const variants = schema.oneOf ?? schema.anyOf ?? (schema.properties === undefined ? [] : [schema]);
  return variants.map(({ title = '', properties = {}, required = [] }) => {
    const { outcome, lines, ...own } = properties;
    const perLine = typeof lines?.additionalProperties === 'object' ? lines.additionalProperties : undefined;
    const inLines = Object.entries(perLine?.properties ?? {}).map(([id, field]) =>
      fieldInWords(cli, `lines.*.${id}`, field, perLine?.required?.includes(id) === true),
    );
    const fields = Object.entries(own).map(([id, field]) => fieldInWords(cli, id, field, required.includes(id)));
    const all = [...fields, ...inLines].join(', ');
    return `${outcome?.const ?? ''}  ${title}${all === '' ? '' : `: ${all}`}`;
  });
}

function fieldInWords(cli: CliContext, id: string, { title }: Schema, needed: boolean): string {
  const named = title === undefined ? id : `${id} ${title}`;
  return needed ? named : cli.say('cli.field-optional', { field: named });
}

interface Draft {
  readonly data: unknown;
  readonly rev: number | null;
  readonly at: string | null;
}

/** `gendan draft TASK [--data …] [--drop]` */
function draftCommand(program: Command, cli: CliContext): void {
  program
    .command('draft <task>')
    .description(cli.say('cli.draft'))
    .option('--data <json|file>', cli.say('cli.option.draft-data'))
    .option('--drop', cli.say('cli.option.drop'))
    .action(async (given: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly data?: string; readonly drop?: true }>();
      const client = await cli.client(options);
      const task = await pathOf(client, given);
      const draft = await changed(client, task, options);
      cli.print(options, draft, () =>
        draft.at === null
          ? cli.say('cli.draft-none')
          : `${cli.say('cli.draft-kept', { at: localTime(draft.at), rev: draft.rev ?? 0 })}\n${JSON.stringify(draft.data, null, 2)}`,
      );
    });
}

async function changed(client: ApiClient, task: string, { data, drop }: { readonly data?: string; readonly drop?: true }): Promise<Draft> {
  const path = `${task}/draft`;
  if (drop === true) return client.remove<Draft>(path);
  if (data === undefined) return client.get<Draft>(path);
  const { rev } = await client.get<ShownTask>(task);
  return client.put<Draft>(path, { data: jsonFrom(data), rev });
}

interface BatchOptions extends GlobalOptions {
  readonly batch?: string;
  readonly data?: string;
  readonly key?: string;
}

interface Result {
  readonly task: string;
  readonly ok: boolean;
  readonly state?: string;
  readonly message?: string;
}

/** How many tasks one request takes. */
const most = 500;

/** `gendan batch STEP VERB`: all of my tasks of a step are decided alike, such as the daily pass. */
export function batchCommand(program: Command, cli: CliContext): void {
  program
    .command('batch <step> <verb>')
    .description(cli.say('cli.batch'))
    .option('--batch <date>', cli.say('cli.option.batch'))
    .option('--data <json|file>', cli.say('cli.option.data'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action(async (step: string, verb: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<BatchOptions>();
      const client = await cli.client(options);
      const tasks: { task: string; rev: number }[] = [];
      for (let after: string | null | undefined; after !== null && tasks.length < most; ) {
        const page: { items: readonly ShownTask[]; next: string | null } = await client.get('/tasks', {
          view: 'mine',
          step,
          batch: options.batch,
          limit: '100',
          after,
        });
        tasks.push(...page.items.map(({ id, rev }) => ({ task: id, rev })));
        after = page.next;
      }
      if (tasks.length === 0) return cli.print(options, { results: [], done: 0, refused: 0 }, () => cli.say('cli.tasks-none'));
      const data = options.data === undefined ? {} : { data: jsonFrom(options.data) };
      const body = { verb, ...data, tasks: tasks.slice(0, most) };
      const answer = await client.post<{ results: readonly Result[]; done: number; refused: number }>(
        '/tasks/commands',
        body,
        options.key ?? randomUUID(),
      );
      if (answer.refused > 0) cli.exit = exitCodes.refused;
      cli.print(options, answer, () => {
        const rows = answer.results.map(({ task, ok, state, message }) => [task, ok ? (state ?? '') : (message ?? '')]);
        const heading = cli.columns('task', 'result');
        return `${table(heading, rows)}\n${cli.say('cli.batch-done', { done: answer.done, refused: answer.refused })}`;
      });
    });
}
