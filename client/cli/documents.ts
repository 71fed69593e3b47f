import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';

interface DocumentOptions extends GlobalOptions {
  readonly out: string;
  readonly reprint?: true;
}

/** `gendan document ID --out FILE` */
export function documentCommands(program: Command, cli: CliContext): void {
  program
    .command('document <document>')
    .description(cli.say('cli.document'))
    .requiredOption('--out <file>', cli.say('cli.option.out'))
    .option('--reprint', cli.say('cli.option.reprint'))
    .action(async (document: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DocumentOptions>();
      const client = await cli.client(options);
      const bytes = await client.bytes(`/documents/${encodeURIComponent(document)}.pdf`, options.reprint === true ? 'POST' : 'GET');
      write(options.out, bytes);
      const written = { document, path: options.out, bytes: bytes.length };
      cli.print(options, written, () => cli.say('cli.document-written', written));
    });
}

function write(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CliError(exitCodes.usage, 'cli.file-unwritable', { path, reason });
  }
}

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
