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
      const again = options.reprint === true ? '?reprint=true' : '';
      const bytes = await client.bytes(`/documents/${encodeURIComponent(document)}.pdf${again}`);
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
