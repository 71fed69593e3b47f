import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { newProcedure } from '../../policies/new-procedure.js';
import { packageRoot } from '../install.js';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { soundPolicies } from './parts.js';

/** `gendan new-procedure COMPANY NAME`: the three files of a procedure of one step, and what follows from them. docs/new-procedure.md goes on from there. */
export function newProcedureCommand(program: Command, cli: CliContext): void {
  program
    .command('new-procedure <company> <name>')
    .description(cli.say('cli.new-procedure'))
    .requiredOption('--clause <ids...>', cli.say('cli.option.clause'))
    .option('--role <role>', cli.say('cli.option.done-by'))
    .action(async (company: string, name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly clause: readonly string[]; readonly role?: string }>();
      const { books, clauses, people } = await soundPolicies();
      const root = packageRoot();
      const book = books[company];
      if (book === undefined)
        throw new CliError(exitCodes.notFound, 'cli.new-procedure.company', { company, allowed: Object.keys(books).join(', ') });
      const made = newProcedure({
        company: book.company,
        clauses: clauses[company] ?? {},
        people: people[company] ?? [],
        companyFile: readFileSync(join(root, 'policies', company, 'company.yaml'), 'utf8'),
        name,
        carries: options.clause,
        role: options.role,
      });
      if (!made.ok) throw new CliError(exitCodes.refused, `cli.new-procedure.${made.code}`, { company, ...made.values });
      for (const [file, text] of Object.entries(made.files)) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
      for (const args of [['scripts/generate.ts'], ['scripts/trace.ts', '--write']]) {
        const { status, stdout } = spawnSync(process.execPath, [join('node_modules', 'tsx', 'dist', 'cli.mjs'), ...args], {
          cwd: root,
          encoding: 'utf8',
        });
        if (status !== 0)
          throw new CliError(exitCodes.refused, 'cli.new-procedure.not-made', { script: args.join(' '), said: stdout.trim() });
      }
      const files = Object.keys(made.files);
      cli.print(options, { files }, () => cli.say('cli.new-procedure.written', { files: files.join('\n') }));
    });
}
