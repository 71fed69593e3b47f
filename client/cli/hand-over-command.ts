import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ApiClient } from './api-client.js';
import type { CliContext, GlobalOptions, Me } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { table } from './output.js';

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
