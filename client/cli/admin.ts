import type { Command } from 'commander';
import type pg from 'pg';
import { createToken, revokeToken } from '../../db/authentication.js';
import { checkBooks } from '../../db/books.js';
import { countBehind } from '../../db/calendars.js';
import { createPool } from '../../db/pool.js';
import { securityEvents } from '../../db/security-events.js';
import { type TracedClause, type TracedProcedure, traceOf } from '../../domain/analysis/trace.js';
import { loadBooks } from '../../policies/load.js';
import { loadStories } from '../../policies/load-stories.js';
import { traceFiles } from '../../policies/trace-files.js';
import { procedures as registry } from '../../workflows/procedures.js';
import { packageRoot } from '../install.js';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes, PolicyErrors } from './errors.js';
import { localTime, table } from './output.js';
import { loadCalendars, policiesFolder, soundPolicies } from './parts.js';
import { readRunning } from './running.js';

/** `gendan token …`, `gendan policy check`, `gendan books check` and `gendan calendar load`: for whoever runs this installation. */
export function adminCommands(program: Command, cli: CliContext): void {
  calendarCommands(program, cli);
  const tokens = program.command('token').description(cli.say('cli.token'));
  tokens
    .command('create <person>')
    .description(cli.say('cli.token-create'))
    .action(async (person: string, _options: unknown, command: Command) => {
      const token = await withDatabase(cli, (pool) => createToken(pool, person));
      if (token === undefined) throw new CliError(exitCodes.notFound, 'cli.person-unknown', { person });
      cli.print(
        command.optsWithGlobals<GlobalOptions>(),
        { ...token, person },
        () => `${cli.say('cli.token-created', { id: token.id, person })}\n${token.secret}`,
      );
    });
  tokens
    .command('revoke <id>')
    .description(cli.say('cli.token-revoke'))
    .action(async (id: string, _options: unknown, command: Command) => {
      if (!(await withDatabase(cli, (pool) => revokeToken(pool, id))))
        throw new CliError(exitCodes.notFound, 'cli.token-not-there', { id });
      cli.print(command.optsWithGlobals<GlobalOptions>(), { id, revoked: true }, () => cli.say('cli.token-revoked', { id }));
    });
  securityLogCommand(program, cli);
  program
    .command('books')
    .description(cli.say('cli.books'))
    .command('check')
    .description(cli.say('cli.books-check'))
    .action(async (_options: unknown, command: Command) => {
      const { accounts, postings, wrong } = await withDatabase(cli, checkBooks);
      cli.print(command.optsWithGlobals<GlobalOptions>(), { ok: wrong.length === 0, accounts, postings, wrong }, () =>
        wrong.length === 0
          ? cli.say('cli.books-sound', { accounts, postings })
          : [
              cli.say('cli.books-unsound', { count: wrong.length }),
              ...wrong.map(({ problem, ...values }) => cli.say(`cli.books-wrong.${problem}`, values)),
            ].join('\n'),
      );
      if (wrong.length > 0) cli.exit = exitCodes.refused;
    });
  program
    .command('policy')
    .description(cli.say('cli.policy'))
    .command('check')
    .description(cli.say('cli.policy-check'))
    .option('--folder <folder>', cli.say('cli.option.folder'), policiesFolder())
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly folder: string }>();
      const { books, errors, files } = await loadBooks(options.folder);
      const companies = Object.keys(books);
      cli.print(options, { ok: errors.length === 0, companies, files, errors }, () =>
        errors.length === 0
          ? cli.say('cli.policies-right', { companies: companies.length, files })
          : [cli.say('cli.policies-wrong', { errors: errors.length }), ...errors].join('\n'),
      );
      if (errors.length > 0) cli.exit = exitCodes.refused;
    });
}

/** `gendan security-log` */
function securityLogCommand(program: Command, cli: CliContext): void {
  program
    .command('security-log')
    .description(cli.say('cli.security-log'))
    .option('--days <days>', cli.say('cli.option.days'), '30')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly days: string }>();
      if (!/^\d{1,3}$/.test(options.days)) throw new CliError(exitCodes.usage, 'cli.setting-wrong', { setting: '--days', rule: '0–999' });
      const items = await withDatabase(cli, (pool) => securityEvents(pool, { days: Number(options.days), limit: 1_000 }));
      cli.print(options, { items }, () =>
        table(
          cli.columns('since', 'cause', 'person', 'id'),
          items.map(({ at, kind, person, token, address, route, code }) => [
            localTime(at),
            cli.say(`cli.security.${kind}`),
            person ?? '-',
            `${token ?? '-'} ${address} ${route} ${code}`,
          ]),
        ),
      );
    });
}

/** `gendan calendar load`: a holiday notice has come. Whoever serves the API tells the open cases. */
function calendarCommands(program: Command, cli: CliContext): void {
  program
    .command('calendar')
    .description(cli.say('cli.calendar'))
    .command('load')
    .description(cli.say('cli.calendar-load'))
    .option('--folder <folder>', cli.say('cli.option.folder'), policiesFolder())
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly folder: string }>();
      const policies = await loadBooks(options.folder);
      if (policies.errors.length > 0) throw new PolicyErrors(policies.errors);
      const found = await withDatabase(cli, async (pool) => ({
        companies: await loadCalendars(pool, policies),
        cases: await countBehind(pool),
      }));
      cli.print(options, found, () => cli.say('cli.calendars-loaded', { companies: found.companies.length, cases: found.cases }));
    });
}

/** The database of one's own, or of the Gendan that runs here. */
export function databaseUrlOf(cli: CliContext): string {
  const url = cli.config.databaseUrl ?? readRunning(cli.config.home)?.databaseUrl;
  if (url === undefined) throw new CliError(exitCodes.usage, 'cli.setting-missing', { setting: 'DATABASE_URL' });
  return url;
}

async function withDatabase<T>(cli: CliContext, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ databaseUrl: databaseUrlOf(cli), applicationName: 'gendan cli', max: 1, onError: () => undefined });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

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
      const root = packageRoot();
      const told = await loadStories(root, loaded, (implementation) => registry[implementation as keyof typeof registry]);
      const trace = traceOf(loaded, await traceFiles(root), told.stories);
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

function clauseInWords(cli: CliContext, { clause, title, text, claimed, kind, policy, code, stories }: TracedClause): string {
  const places = claimed
    ? [
        cli.say(`cli.trace-${kind}`),
        ...policy.map((part) => cli.say('cli.trace-policy', { part })),
        ...code.map(({ file, line, beside }) =>
          cli.say('cli.trace-code', { place: `${file}:${line}${beside === '' ? '' : ` ${beside}`}` }),
        ),
        ...stories.map((story) => cli.say('cli.trace-story', { story })),
      ]
    : [cli.say('cli.trace-not-yet')];
  return [`${clause} ${title[cli.locale]}`, text[cli.locale], ...places]
    .map((line, index) => (index === 0 ? line : `  ${line}`))
    .join('\n');
}
