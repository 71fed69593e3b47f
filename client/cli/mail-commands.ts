import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { CliContext, GlobalOptions } from './context.js';

interface Bounce {
  readonly id: string;
  readonly caseId: string;
  readonly to: string;
  readonly state: 'task' | 'filed' | 'after-close' | 'pending';
  readonly taskId: string | null;
}

/** `gendan mail bounced MESSAGE-ID --reason …`, `gendan mail settle MESSAGE-ID --note …` */
export function mailCommands(program: Command, cli: CliContext): void {
  const mail = program.command('mail').description(cli.say('cli.mail'));
  mail
    .command('bounced <message>')
    .description(cli.say('cli.mail-bounced'))
    .requiredOption('--reason <reason>', cli.say('cli.option.bounce-reason'))
    .option('--at <moment>', cli.say('cli.option.bounce-at'))
    .action(async (messageId: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly reason: string; readonly at?: string }>();
      const { reason, at } = options;
      const body = { messageId, reason, ...(at === undefined ? {} : { at }) };
      const found = await (await cli.client(options)).post<Bounce>('/mail/bounces', body, randomUUID());
      cli.print(options, found, () =>
        cli.say(`cli.bounce.${found.state}`, { mail: found.id, case: found.caseId, address: found.to, task: found.taskId ?? '' }),
      );
    });
  mail
    .command('settle <message>')
    .description(cli.say('cli.mail-settle'))
    .requiredOption('--note <note>', cli.say('cli.option.bounce-note'))
    .action(async (messageId: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly note: string }>();
      const path = `/mail/bounces/${encodeURIComponent(messageId)}/settle`;
      const found = await (await cli.client(options)).post<Bounce>(path, { note: options.note }, randomUUID());
      cli.print(options, found, () => cli.say('cli.bounce-settled', { mail: found.id }));
    });
}
