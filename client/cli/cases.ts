import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Rehearsal } from '../../domain/analysis/rehearse.js';
import type { CaseStatus } from '../../domain/engine/ledger.js';
import type { CaseState } from '../../domain/engine/state.js';
import { editionIdOf } from '../../worker/edition.js';
import { createRehearser } from '../../worker/rehearse.js';
import type { ApiClient } from './api-client.js';
import { type CliContext, type GlobalOptions, jsonFrom, worksWith } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { lengthTo, localTime, table } from './output.js';
import { soundPolicies } from './parts.js';

/** A task as the API shows it, as far as the command line does. */
export interface ShownTask {
  readonly id: string;
  readonly name: string;
  /** Whom the reader stands in for on it. */
  readonly actingFor?: string;
  readonly step: string;
  readonly rev: number;
  readonly state: string;
  readonly overdue: boolean;
  readonly dueAt?: string;
  readonly paused?: object;
  readonly seats: readonly {
    readonly name?: string;
    readonly claimedByName?: string;
    readonly state?: string;
    readonly candidates: readonly { readonly name: string }[];
  }[];
  readonly number?: string;
  readonly title?: string;
}

interface Answer {
  readonly caseId: string;
  readonly turn: number;
  readonly status: CaseStatus;
  readonly openTasks: readonly ShownTask[];
  readonly pending: boolean;
}

interface ShownCase extends Answer {
  readonly number: string;
  readonly title: string;
  readonly procedureName: string;
  readonly statusName: string;
  readonly edition: string;
  readonly outcome: unknown;
  readonly timeline: readonly { readonly at: string; readonly sentence: string }[];
  readonly promises: readonly { readonly line: string; readonly date: string; readonly version: number }[];
  readonly documents: readonly { readonly id: string; readonly name: string; readonly at: string }[];
  readonly printed: readonly { readonly id: string; readonly version: number; readonly createdAt: string }[];
  readonly deadlines: readonly { readonly name: string; readonly dueAt: string; readonly state: string }[];
}

interface ActOptions extends GlobalOptions {
  readonly key?: string;
  readonly reason?: string;
  readonly data?: string;
  readonly to?: string;
  readonly number?: string;
  readonly redo?: string;
}

/** `gendan case …`; returns the group, for commands that stand elsewhere. */
export function caseCommands(program: Command, cli: CliContext): Command {
  const group = program.command('case').description(cli.say('cli.case'));
  group
    .command('start <company> <procedure> <file>')
    .description(cli.say('cli.case-start'))
    .option('--number <number>', cli.say('cli.option.number'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action(async (company: string, procedure: string, file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions>();
      const subject = jsonFrom(file);
      const client = await cli.client(options, (me) =>
        me.capabilities.start.some((one) => one.company === company && one.procedure === procedure),
      );
      const body = { company, procedure, subject, ...(options.number === undefined ? {} : { number: options.number }) };
      const answer = await client.post<Answer>('/cases', body, options.key ?? randomUUID());
      cli.print(options, answer, () => [cli.say('cli.case-started', { case: answer.caseId }), waiting(cli, answer)].join('\n'));
    });
  group
    .command('show <case>')
    .description(cli.say('cli.case-show'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions>();
      const client = await cli.client(options, worksWith(id));
      const found = await client.get<ShownCase>(`/cases/${encodeURIComponent(await caseIdOf(client, id))}`);
      cli.print(options, found, () => page(cli, found));
    });
  changeCommands(group, cli);
  return group;
}

type Send = (id: string, options: ActOptions, body: (client: ApiClient, caseId: string) => Promise<object>) => Promise<void>;

function changeCommands(group: Command, cli: CliContext): void {
  const send: Send = async (id, options, body) => {
    const client = await cli.client(options, (me) => me.capabilities.team && worksWith(id)(me));
    const caseId = await caseIdOf(client, id);
    const answer = await client.post<Answer>(
      `/cases/${encodeURIComponent(caseId)}/commands`,
      await body(client, caseId),
      options.key ?? randomUUID(),
    );
    cli.print(options, answer, () => [caseChanged(cli, caseId, answer), waiting(cli, answer)].join('\n'));
  };
  const reasoned = ({ reason }: ActOptions): object => (reason === undefined ? {} : { reason });
  group
    .command('amend <case>')
    .description(cli.say('cli.case-amend'))
    .requiredOption('--data <json|file>', cli.say('cli.option.data'))
    .option('--reason <reason>', cli.say('cli.option.reason'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions & { readonly data: string }>();
      const patch = jsonFrom(options.data);
      return send(id, options, async (client, caseId) => {
        const { turn } = await client.get<ShownCase>(`/cases/${encodeURIComponent(caseId)}`);
        return { verb: 'amend', patch, from: turn, ...reasoned(options) };
      });
    });
  group
    .command('cancel <case>')
    .description(cli.say('cli.case-cancel'))
    .requiredOption('--reason <reason>', cli.say('cli.option.reason'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions>();
      return send(id, options, async () => ({ verb: 'cancel', ...reasoned(options) }));
    });
  group
    .command('comment <case> <text>')
    .description(cli.say('cli.case-comment'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action(async (given: string, text: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions>();
      const client = await cli.client(options);
      const caseId = await caseIdOf(client, given);
      const path = `/cases/${encodeURIComponent(caseId)}/commands`;
      const answer = await client.post<Answer>(path, { verb: 'comment', text }, options.key ?? randomUUID());
      cli.print(options, answer, () => cli.say('cli.case-commented', { case: caseId }));
    });
  reopenCommand(group, cli, send);
  group
    .command('move <case>')
    .description(cli.say('cli.case-move'))
    .option('--to <edition>', cli.say('cli.option.to'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions>();
      return send(id, options, async () => ({ verb: 'move', ...(options.to === undefined ? {} : { to: options.to }) }));
    });
}

function reopenCommand(group: Command, cli: CliContext, send: Send): void {
  group
    .command('reopen <case>')
    .description(cli.say('cli.case-reopen'))
    .requiredOption('--reason <reason>', cli.say('cli.option.reason'))
    .option('--to <step>', cli.say('cli.option.to'))
    .addOption(new Option('--redo <redo>', cli.say('cli.option.redo')).choices(['keep', 'all']))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ActOptions>();
      const { reason, to, redo } = options;
      return send(id, options, async () => ({ verb: 'reopen', reason, to, redo }));
    });
}

/** A case by its id, or by its number alone where that names one case. */
export async function caseIdOf(client: ApiClient, given: string): Promise<string> {
  if (given.includes(':')) return given;
  const { items } = await client.get<{ items: readonly { readonly caseId: string }[] }>('/cases', { number: given, limit: '2' });
  const [only, ...others] = items;
  return only === undefined || others.length > 0 ? given : only.caseId;
}

/** What waits in a case now. */
export function waiting(cli: CliContext, { openTasks, pending }: Pick<Answer, 'openTasks' | 'pending'>): string {
  const more = pending ? `\n${cli.say('cli.pending')}` : '';
  if (openTasks.length === 0) return `${cli.say('cli.next-none')}${more}`;
  return `${cli.say('cli.next')}\n${taskTable(cli, openTasks)}${more}`;
}

/** Tasks as a table: due, step, whom it waits for, id. */
export function taskTable(cli: CliContext, tasks: readonly ShownTask[]): string {
  const listed = tasks.some((task) => task.number !== undefined);
  const heading = [
    'cli.column.due',
    ...(listed ? (['cli.column.number', 'cli.column.title'] as const) : []),
    'cli.column.step',
    'cli.column.waits',
    'cli.column.task',
  ] as const;
  const rows = tasks.map((task) => [
    dueOf(cli, task),
    ...(listed ? [task.number ?? '', task.title ?? ''] : []),
    task.actingFor === undefined ? task.name : cli.say('cli.task-for', { name: task.name, person: task.actingFor }),
    task.seats.flatMap((seat) => waitsFor(cli, seat)).join(', '),
    task.id,
  ]);
  return table(
    heading.map((key) => cli.say(key)),
    rows,
  );
}

/** Whom an open seat waits for: who has taken it, or else everybody who may. */
function waitsFor(cli: CliContext, { state, claimedByName, candidates }: ShownTask['seats'][number]): readonly string[] {
  if (state !== undefined) return [];
  return claimedByName === undefined ? candidates.map(({ name }) => name) : [cli.say('cli.taken-by', { person: claimedByName })];
}

function dueOf(cli: CliContext, { state, dueAt, overdue, paused }: ShownTask): string {
  if (state === 'suspended' || paused !== undefined) return cli.say('due.paused');
  if (dueAt === undefined) return cli.say('due.none');
  const left = Date.parse(dueAt) - Date.now();
  if (left < 0) return cli.say('due.late', { length: lengthTo(left) });
  // In practice the clock of a case may be ahead of ours.
  return overdue ? cli.say('state.overdue') : cli.say('due.in', { length: lengthTo(left) });
}

function page(cli: CliContext, found: ShownCase): string {
  const section = (key: Parameters<CliContext['say']>[0], lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', cli.say(key), ...lines.map((line) => `  ${line}`)];
  return [
    `${found.caseId}  ${found.statusName}`,
    `${found.procedureName} · ${found.title} · ${found.edition}`,
    ...section('cli.section.tasks', found.openTasks.length === 0 ? [] : taskTable(cli, found.openTasks).split('\n')),
    ...section(
      'cli.section.deadlines',
      found.deadlines.map((deadline) => `${localTime(deadline.dueAt)}  ${deadline.name}  ${deadline.state}`),
    ),
    ...section(
      'cli.section.promises',
      found.promises.map((promise) => `${promise.line}  ${promise.date}  v${promise.version}`),
    ),
    ...section('cli.section.documents', [
      ...found.documents.map((document) => `${localTime(document.at)}  ${document.name}  ${document.id}`),
      ...found.printed.map((paper) => `${localTime(paper.createdAt)}  PDF v${paper.version}  ${paper.id}`),
    ]),
    ...section('cli.section.outcome', found.outcome === null ? [] : [JSON.stringify(found.outcome)]),
    ...section(
      'cli.section.timeline',
      found.timeline.map((entry) => `${localTime(entry.at)}  ${entry.sentence}`),
    ),
  ].join('\n');
}

/** How a case stands after a command. */
export function caseChanged(
  cli: CliContext,
  caseId: string,
  { turn, status }: { readonly turn: number; readonly status: CaseStatus },
): string {
  return cli.say('cli.case-changed', { case: caseId, turn, status: cli.say(`status.${status}`) });
}

interface HoldOptions extends GlobalOptions {
  readonly cause?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly key?: string;
}

interface Deadline {
  readonly name: string;
  readonly state: string;
  readonly dueExplained?: { readonly lines: readonly { readonly sentence: string }[] };
}

/** `gendan case hold`, `case resume`, `case deadlines`: the clocks of a case. */
export function caseTimeCommands(group: Command, cli: CliContext): void {
  const send = async (id: string, options: HoldOptions, body: object): Promise<void> => {
    const client = await cli.client(options, (me) => me.capabilities.team && worksWith(id)(me));
    const caseId = await caseIdOf(client, id);
    const path = `/cases/${encodeURIComponent(caseId)}/commands`;
    const answer = await client.post<{ turn: number; status: CaseStatus }>(path, body, options.key ?? randomUUID());
    cli.print(options, answer, () => caseChanged(cli, caseId, answer));
  };
  group
    .command('hold <case>')
    .description(cli.say('cli.case-hold'))
    .requiredOption('--cause <cause>', cli.say('cli.option.cause'))
    .option('--until <time>', cli.say('cli.option.until'))
    .option('--reason <reason>', cli.say('cli.option.reason'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<HoldOptions>();
      return send(id, options, { verb: 'hold', ...holdOf(options) });
    });
  group
    .command('resume <case>')
    .description(cli.say('cli.case-resume'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action((id: string, _options: unknown, command: Command) => send(id, command.optsWithGlobals<HoldOptions>(), { verb: 'resume' }));
  group
    .command('deadlines <case>')
    .description(cli.say('cli.case-deadlines'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await cli.client(options, worksWith(id));
      const path = `/cases/${encodeURIComponent(await caseIdOf(client, id))}/deadlines`;
      const found = await client.get<{ items: readonly Deadline[] }>(path);
      const block = ({ name, state, dueExplained }: Deadline): string =>
        [`${name}  ${state}`, ...(dueExplained?.lines ?? []).map(({ sentence }) => `  ${sentence}`)].join('\n');
      cli.print(options, found, () => (found.items.length === 0 ? cli.say('cli.deadlines-none') : found.items.map(block).join('\n')));
    });
}

/** What the options say of a hold, as far as they do. */
export function holdOf({ cause, until, reason }: HoldOptions): object {
  return {
    ...(cause === undefined ? {} : { cause }),
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** `gendan rehearse FILE|CASE`: what a move to this release would do to a running case, or to one that was kept in a file. Changes nothing. */
export function rehearseCommand(program: Command, cli: CliContext): void {
  program
    .command('rehearse <case>')
    .description(cli.say('cli.rehearse'))
    .option('--keep <file>', cli.say('cli.option.keep'))
    .action(async (given: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly keep?: string }>();
      const outcome = existsSync(given) ? await fromFile(given) : await fromServer(cli, given, options);
      cli.print(options, outcome, () => inWords(cli, outcome));
      if (outcome.fault !== undefined) cli.exit = exitCodes.refused;
    });
}

async function fromServer(cli: CliContext, given: string, options: GlobalOptions & { readonly keep?: string }): Promise<Rehearsal> {
  const client = await cli.client(options, (me) => me.capabilities.team);
  const caseId = await caseIdOf(client, given);
  const query = options.keep === undefined ? {} : { snapshot: 'true' };
  const { snapshot, ...outcome } = await client.get<Rehearsal & { readonly snapshot?: CaseState }>(
    `/cases/${encodeURIComponent(caseId)}/rehearsal`,
    query,
  );
  if (options.keep !== undefined) writeFileSync(options.keep, `${JSON.stringify(snapshot)}\n`, { mode: 0o600 });
  return outcome;
}

/** A kept case against the procedures and policies of this installation, without any server. */
async function fromFile(file: string): Promise<Rehearsal> {
  const snapshot = jsonFrom(file) as unknown as Partial<CaseState>;
  if (snapshot.format !== 1 || snapshot.start === undefined) throw new CliError(exitCodes.usage, 'cli.no-snapshot', { file });
  const { books } = await soundPolicies();
  const { id } = editionIdOf({ books });
  const outcome = createRehearser()(snapshot as CaseState, { id, books });
  if (outcome === undefined) throw new CliError(exitCodes.refused, 'cli.procedure-not-here', { procedure: snapshot.start.procedure });
  return outcome;
}

function inWords(cli: CliContext, outcome: Rehearsal): string {
  const listed = (key: 'opens' | 'revises' | 'suspends' | 'resumes' | 'withdraws'): string[] =>
    outcome[key].map((task) => cli.say(`rehearsal.${key}`, { task }));
  const lines = [
    ...listed('opens'),
    ...listed('revises'),
    ...listed('suspends'),
    ...listed('resumes'),
    ...listed('withdraws'),
    ...(outcome.renames ?? []).map(({ from, to }) => cli.say('rehearsal.renames', { from, to })),
    ...outcome.drops.map(({ key, by }) => cli.say('rehearsal.drops', { task: key, person: by })),
    ...outcome.effects.map(({ key, action }) => cli.say(`rehearsal.effect-${action}`, { effect: key })),
    ...(outcome.closes ? [cli.say('rehearsal.closes')] : []),
    ...(outcome.fault === undefined ? [] : [cli.say('rehearsal.fault', { detail: outcome.fault.detail })]),
  ];
  const heading = cli.say('rehearsal.heading', { case: outcome.caseId, from: outcome.from, to: outcome.to });
  return [heading, ...(lines.length === 0 ? [cli.say('rehearsal.nothing')] : lines)].join('\n');
}
