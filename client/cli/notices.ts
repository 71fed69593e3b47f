import type { Command } from 'commander';
import type { ApiClient } from './api-client.js';
import type { CliContext, GlobalOptions } from './context.js';
import { localTime, table } from './output.js';

interface NoticeOptions extends GlobalOptions {
  readonly unread?: true;
  readonly read?: string | true;
  readonly readUpTo?: string;
  readonly after?: string;
}

interface Notices {
  readonly items: readonly {
    readonly id: string;
    readonly at: string;
    readonly readAt: string | null;
    readonly number: string;
    readonly sentence: string;
  }[];
  readonly next: string | null;
  readonly unread: number;
}

interface ReadMarks {
  readonly marked: number;
  readonly unread: number;
}

/** `gendan notices`: what one was told; with `--read` what is shown is read by then. */
export function noticeCommand(program: Command, cli: CliContext): void {
  program
    .command('notices')
    .description(cli.say('cli.notices'))
    .option('--unread', cli.say('cli.option.unread'))
    .option('--read [notice]', cli.say('cli.option.read'))
    .option('--read-up-to <notice>', cli.say('cli.option.read-up-to'))
    .option('--after <mark>', cli.say('cli.option.after'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<NoticeOptions>();
      const client = await cli.client(options);
      const marks = await marksOf(client, options);
      if (marks !== undefined) return cli.print(options, marks, () => cli.say('cli.notices-read', { ...marks }));
      const { unread, after } = options;
      const found = await client.get<Notices>('/notices', { unread: unread === undefined ? undefined : 'true', after });
      const left = options.read === true ? await markShown(client, found) : found.unread;
      cli.print(options, { ...found, unread: left }, () => inWords(cli, found, left));
    });
}

const markOf = (client: ApiClient, id: string): Promise<ReadMarks> =>
  client.post<ReadMarks>(`/notices/${encodeURIComponent(id)}/read`, {}, id);

/** What was asked to be marked by name. */
async function marksOf(client: ApiClient, { read, readUpTo }: NoticeOptions): Promise<ReadMarks | undefined> {
  if (readUpTo !== undefined) return client.post<ReadMarks>('/notices/read', { upTo: readUpTo }, readUpTo);
  return typeof read === 'string' ? markOf(client, read) : undefined;
}

/** Marks what is shown, and nothing else. Resolves to how many are unread then. */
async function markShown(client: ApiClient, { items, unread }: Notices): Promise<number> {
  let left = unread;
  for (const { id, readAt } of items) if (readAt === null) left = (await markOf(client, id)).unread;
  return left;
}

function inWords(cli: CliContext, { items, next }: Notices, unread: number): string {
  if (items.length === 0) return cli.say('cli.notices-none');
  const heading = cli.columns('since', 'new', 'number', 'notice', 'id');
  const rows = items.map(({ id, at, readAt, number, sentence }) => [localTime(at), readAt === null ? '●' : '', number, sentence, id]);
  const more = next === null ? [] : [cli.say('cli.more', { after: next })];
  return [table(heading, rows), cli.say('cli.notices-unread', { unread }), ...more].join('\n');
}
