import type { Command } from 'commander';
import { type TracedClause, type TracedProcedure, traceOf } from '../../domain/policy/trace.js';
import { traceFiles } from '../../policies/trace-files.js';
import { packageRoot } from '../install.js';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { soundPolicies } from './parts.js';

/** `gendan trace [COMPANY [PROCEDURE]]`: each clause of the implemented procedures, where it is in policy and code, and which tests drive it. */
export function traceCommand(program: Command, cli: CliContext): void {
  program
    .command('trace [company] [procedure]')
    .description(cli.say('cli.trace'))
    .action(async (company: string | undefined, procedure: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const loaded = await soundPolicies();
      checkKnown(company, Object.keys(loaded.books));
      if (company !== undefined) checkKnown(procedure, Object.keys(loaded.books[company]?.procedures ?? {}));
      const trace = traceOf(loaded, await traceFiles(packageRoot()));
      const procedures = trace.procedures.filter(
        (one) => (company === undefined || one.company === company) && (procedure === undefined || one.procedure === procedure),
      );
      cli.print(options, { procedures, errors: trace.errors }, () =>
        [...procedures.map((one) => inWords(cli, one)), cli.say('cli.trace-errors', { errors: trace.errors.length }), ...trace.errors].join(
          '\n\n',
        ),
      );
      if (trace.errors.length > 0) cli.exit = exitCodes.refused;
    });
}

function checkKnown(given: string | undefined, known: readonly string[]): void {
  if (given !== undefined && !known.includes(given))
    throw new CliError(exitCodes.notFound, 'cli.trace-unknown', { name: given, allowed: known.join(', ') });
}

function inWords(cli: CliContext, { company, procedure, name, clauses }: TracedProcedure): string {
  return [`${name[cli.locale]} (${company} ${procedure})`, ...clauses.map((clause) => clauseInWords(cli, clause))].join('\n\n');
}

function clauseInWords(cli: CliContext, { clause, title, text, claimed, policy, code, tests }: TracedClause): string {
  const places = claimed
    ? [
        ...policy.map((part) => cli.say('cli.trace-policy', { part })),
        ...code.map(({ file, line, beside }) =>
          cli.say('cli.trace-code', { place: `${file}:${line}${beside === '' ? '' : ` ${beside}`}` }),
        ),
        ...tests.map(({ file, line, title: test }) => cli.say('cli.trace-test', { place: `${file}:${line} ${test}` })),
      ]
    : [cli.say('cli.trace-not-yet')];
  return [`${clause} ${title[cli.locale]}`, text[cli.locale], ...places]
    .map((line, index) => (index === 0 ? line : `  ${line}`))
    .join('\n');
}
