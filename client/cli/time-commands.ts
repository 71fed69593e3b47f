import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { CaseStatus } from '../../domain/engine/ledger.js';
import { caseChanged } from './case-changed.js';
import { caseIdOf } from './case-commands.js';
import { type CliContext, type GlobalOptions, worksWith } from './context.js';

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
