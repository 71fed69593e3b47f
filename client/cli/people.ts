import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ApiClient } from './api-client.js';
import type { CliContext, GlobalOptions, Me } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { localTime, table } from './output.js';
import { taskIdOf } from './tasks.js';

interface PeopleOptions extends GlobalOptions {
  readonly company?: string;
  readonly role?: string;
  readonly for?: string;
  readonly task?: string;
}

/** `gendan people`: who there is, or who may do something to a task. */
export function peopleCommand(program: Command, cli: CliContext): void {
  program
    .command('people')
    .description(cli.say('cli.people'))
    .option('--company <company>', cli.say('cli.option.company'))
    .option('--role <role>', cli.say('cli.option.role'))
    .option('--for <verb>', cli.say('cli.option.for'))
    .option('--task <task>', cli.say('cli.option.task'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PeopleOptions>();
      const client = await cli.client(options);
      if (options.for === undefined && options.task === undefined) return listed(cli, client, options);
      return fit(cli, client, options);
    });
}

async function listed(cli: CliContext, client: ApiClient, options: PeopleOptions): Promise<void> {
  const { company, role } = options;
  const found = await client.get<{ items: readonly { id: string; name: string; roles: readonly { roleName: string; role: string }[] }[] }>(
    '/people',
    { company, role },
  );
  const rows = (): string[][] =>
    found.items.map(({ id, name, roles }) => [id, name, roles.map((one) => `${one.roleName} (${one.role})`).join(', ')]);
  cli.print(options, found, () =>
    found.items.length === 0 ? cli.say('cli.people-none') : table(cli.columns('id', 'person', 'roles'), rows()),
  );
}

interface Fit {
  readonly person: string;
  readonly name: string;
  readonly whyNot?: { readonly sentence: string };
  readonly away?: { readonly until: string };
}

async function fit(cli: CliContext, client: ApiClient, options: PeopleOptions): Promise<void> {
  const task = options.task === undefined ? undefined : await taskIdOf(client, options.task);
  const found = await client.get<{ items: readonly Fit[] }>('/people', { for: options.for, task });
  const rows = (): string[][] =>
    found.items.map(({ person, name, whyNot, away }) => [
      person,
      name,
      whyNot?.sentence ?? cli.say('cli.yes'),
      away === undefined ? '' : cli.say('cli.away', { until: localTime(away.until) }),
    ]);
  cli.print(options, found, () => table(cli.columns('id', 'person', 'may', 'away'), rows()));
}

interface ShownAbsence {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly standIns: readonly { readonly name: string }[];
}

interface AddOptions extends GlobalOptions {
  readonly person?: string;
  readonly standIn?: string;
  readonly upTo?: string;
  readonly customer?: readonly string[];
  readonly procedure?: readonly string[];
}

/** `gendan absence list|add|end` */
export function absenceCommands(program: Command, cli: CliContext): void {
  const absence = program.command('absence').description(cli.say('cli.absence'));
  absence
    .command('list')
    .description(cli.say('cli.absence-list'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const found = await (await cli.client(options)).get<{ items: readonly ShownAbsence[] }>('/absences');
      const head = cli.columns('id', 'person', 'away', 'stand-in');
      const rows = (): string[][] =>
        found.items.map(({ id, name, from, until, standIns }) => [
          id,
          name,
          `${localTime(from)} – ${localTime(until)}`,
          standIns.map((one) => one.name).join(', '),
        ]);
      cli.print(options, found, () => (found.items.length === 0 ? cli.say('cli.absences-none') : table(head, rows())));
    });
  saying(absence.command('add <from> <until>').description(cli.say('cli.absence-add')), cli).action(
    (from: string, until: string, _options: unknown, command: Command) => add(cli, from, until, command.optsWithGlobals<AddOptions>()),
  );
  saying(absence.command('change <id> <from> <until>').description(cli.say('cli.absence-change')), cli).action(
    async (id: string, from: string, until: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const changed = await (await cli.client(options)).put<ShownAbsence>(
        `/absences/${encodeURIComponent(id)}`,
        absenceFrom(from, until, options),
      );
      printAbsence(cli, options, changed);
    },
  );
  absence
    .command('end <id>')
    .description(cli.say('cli.absence-end'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const ended = await (await cli.client(options)).remove<ShownAbsence>(`/absences/${encodeURIComponent(id)}`);
      cli.print(options, ended, () => cli.say('cli.absence-ended', { person: ended.name, id }));
    });
}

/** A command that says what an absence is: whose, and who stands in within which limits. */
function saying(command: Command, cli: CliContext): Command {
  return command
    .option('--person <person>', cli.say('cli.option.person'))
    .option('--stand-in <person>', cli.say('cli.option.stand-in'))
    .option('--up-to <amount>', cli.say('cli.option.up-to'))
    .option('--customer <customer...>', cli.say('cli.option.customer'))
    .option('--procedure <procedure...>', cli.say('cli.option.procedure'));
}

async function add(cli: CliContext, from: string, until: string, options: AddOptions): Promise<void> {
  printAbsence(
    cli,
    options,
    await (await cli.client(options)).post<ShownAbsence>('/absences', absenceFrom(from, until, options), randomUUID()),
  );
}

/** An absence as the options say it. */
function absenceFrom(from: string, until: string, options: AddOptions): object {
  const { person, standIn, upTo, customer, procedure } = options;
  const limits = {
    ...(upTo === undefined ? {} : amountFrom(upTo)),
    ...(customer === undefined ? {} : { customers: customer }),
    ...(procedure === undefined ? {} : { procedures: procedure }),
  };
  return {
    ...(person === undefined ? {} : { person }),
    from: momentFrom(from),
    until: momentFrom(until),
    standIns: standIn === undefined ? [] : [{ person: standIn, limits }],
  };
}

function printAbsence(cli: CliContext, options: AddOptions, saved: ShownAbsence): void {
  const { id, name, from, until } = saved;
  cli.print(options, saved, () => cli.say('cli.absence-added', { person: name, from: localTime(from), until: localTime(until), id }));
}

/** A day (its beginning, in this machine's zone) or a moment. */
function momentFrom(text: string): string {
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
  if (Number.isNaN(at.getTime())) throw new CliError(exitCodes.usage, 'cli.moment-wrong', { given: text });
  return at.toISOString();
}

/** `50000.00-CNY` in minor units: CNY and USD have two decimals, IDR none. */
function amountFrom(text: string): { readonly amountMinor: number; readonly currency: string } {
  const [, whole = '', , fraction = '', currency = ''] = /^(\d{1,13})(\.(\d{2}))?-([A-Z]{3})$/.exec(text) ?? [];
  if (whole === '') throw new CliError(exitCodes.usage, 'cli.amount-wrong', { given: text });
  return { amountMinor: Number(currency === 'IDR' ? whole : `${whole}${fraction === '' ? '00' : fraction}`), currency };
}

interface HandOverOptions extends GlobalOptions {
  readonly to: string;
  readonly company?: string;
  readonly reason?: string;
  readonly preview?: true;
  readonly key?: string;
}

interface Item {
  readonly taskId: string;
  readonly name: string;
  readonly what: readonly ('claim' | 'seat')[];
  readonly done: boolean;
  readonly sentence?: string;
}

interface HandedOver {
  readonly person: string;
  readonly to: string;
  readonly preview: boolean;
  readonly items: readonly Item[];
}

/** How many tasks one request hands over: few enough that it answers in time and that one sees it go on. */
const abreast = 20;

/** `gendan hand-over PERSON --to PERSON`: everything open of somebody who leaves. */
export function handOverCommand(program: Command, cli: CliContext): void {
  program
    .command('hand-over <person>')
    .description(cli.say('cli.hand-over'))
    .requiredOption('--to <person>', cli.say('cli.option.successor'))
    .option('--reason <reason>', cli.say('cli.option.reason'))
    .option('--company <company>', cli.say('cli.option.company'))
    .option('--preview', cli.say('cli.option.preview'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action(async (person: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<HandOverOptions>();
      const client = await cli.client(options, (me) => me.capabilities.team);
      const found = await handOver(cli, client, person, options);
      const done = found.items.filter((item) => item.done).length;
      const refused = found.items.length - done;
      if (refused > 0) cli.exit = exitCodes.refused;
      cli.print(options, { ...found, done, refused }, () => inWords(cli, found, { done, refused }));
    });
}

async function handOver(cli: CliContext, client: ApiClient, person: string, options: HandOverOptions): Promise<HandedOver> {
  const { to, reason, key = randomUUID() } = options;
  const company = options.company ?? (await onlyCompany(client));
  const asked = { company, to, ...(reason === undefined ? {} : { reason }) };
  const path = `/people/${encodeURIComponent(person)}/hand-over`;
  const preview = await client.post<HandedOver>(path, { ...asked, preview: true }, key);
  if (options.preview === true) return preview;
  const tasks = [...new Set(preview.items.map(({ taskId }) => taskId))];
  const items: Item[] = [];
  for (let from = 0; from < tasks.length; from += abreast) {
    const part = tasks.slice(from, from + abreast);
    const answer = await client.post<HandedOver>(path, { ...asked, tasks: part }, key).catch((error: unknown) => {
      if (from > 0) cli.note(cli.say('cli.hand-over-broken', { done: from, all: tasks.length }));
      throw error;
    });
    items.push(...answer.items);
    if (tasks.length > abreast) cli.note(cli.say('cli.hand-over-progress', { done: from + part.length, all: tasks.length }));
  }
  return { ...preview, preview: false, items };
}

/** Whose company it is about, where the caller works in one alone. */
async function onlyCompany(client: ApiClient): Promise<string> {
  const { companies } = await client.get<Me & { readonly companies: readonly { readonly company: string }[] }>('/me');
  const [only, ...others] = companies;
  if (only !== undefined && others.length === 0) return only.company;
  throw new CliError(exitCodes.usage, 'cli.company-needed', { allowed: companies.map(({ company }) => company).join(', ') || '-' });
}

function inWords(cli: CliContext, { items, preview }: HandedOver, counted: { readonly done: number; readonly refused: number }): string {
  if (items.length === 0) return cli.say('cli.hand-over-none');
  const rows = items.map(({ taskId, name, what, done, sentence }) => [
    taskId,
    name,
    what.map((one) => cli.say(`cli.handed.${one}`)).join(', '),
    done ? cli.say(preview ? 'cli.hand-over-could' : 'cli.hand-over-did') : (sentence ?? ''),
  ]);
  const heading = cli.columns('task', 'step', 'what', 'result');
  return [table(heading, rows), cli.say(preview ? 'cli.hand-over-previewed' : 'cli.hand-over-done', counted)].join('\n');
}
