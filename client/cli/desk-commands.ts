import type { Command } from 'commander';
import type { ApiClient } from './api-client.js';
import type { ShownTask } from './case-commands.js';
import { type CliContext, type GlobalOptions, jsonFrom, type Me } from './context.js';
import { localTime } from './lengths.js';
import { table } from './output.js';
import { taskIdOf } from './task-commands.js';

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
