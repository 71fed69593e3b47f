import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { besideVerbs } from '../../domain/authority/collaboration.js';
import type { ApiClient } from './api-client.js';
import { caseIdOf, type ShownTask, taskTable, waiting } from './case-commands.js';
import { type CliContext, type GlobalOptions, jsonFrom } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { localTime } from './lengths.js';
import { table } from './output.js';
import { holdOf } from './time-commands.js';

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
  const beside = besideVerbs.find((one) => one === verb);
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
