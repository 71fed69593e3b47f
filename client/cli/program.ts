import { Command, CommanderError, Option } from 'commander';
import { MigrationError } from '../../db/migrate.js';
import { isDatabaseUnavailable } from '../../db/pool.js';
import { locales, say } from '../../domain/texts/texts.js';
import { StartupError } from '../../embedded/startup-error.js';
import { packageVersion } from '../install.js';
import { adminCommands, traceCommand } from './admin.js';
import { caseCommands, caseTimeCommands, rehearseCommand } from './cases.js';
import { type CliContext, createContext, SettingsError } from './context.js';
import { documentCommands, mailCommands } from './documents.js';
import { ApiProblem, CliError, type ExitCode, exitCodes, PolicyErrors } from './errors.js';
import { invoiceCommands } from './invoices.js';
import { listCommands } from './lists.js';
import { newProcedureCommand } from './new-procedure.js';
import { noticeCommand } from './notices.js';
import { plain } from './output.js';
import { absenceCommands, handOverCommand, peopleCommand } from './people.js';
import { practiceCommands } from './practice.js';
import { keyCommands } from './seal-keys.js';
import { serverCommands } from './servers.js';
import { batchCommand, deskCommands, taskCommands } from './tasks.js';

/** The command line program. */
export function createProgram(cli: CliContext): Command {
  const program = new Command('gendan')
    .description(cli.say('cli.about'))
    .version(packageVersion())
    .addOption(new Option('--lang <language>', cli.say('cli.option.lang')).choices(locales))
    .option('--json', cli.say('cli.option.json'))
    .option('--api <url>', cli.say('cli.option.api'))
    .option('--as <person>', cli.say('cli.option.as'))
    .addHelpText('after', `\n${cli.say('cli.exit-codes')}`)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  serverCommands(program, cli);
  keyCommands(program, cli);
  caseTimeCommands(caseCommands(program, cli), cli);
  taskCommands(program, cli);
  deskCommands(program, cli);
  listCommands(program, cli);
  handOverCommand(program, cli);
  absenceCommands(program, cli);
  peopleCommand(program, cli);
  batchCommand(program, cli);
  noticeCommand(program, cli);
  documentCommands(program, cli);
  invoiceCommands(program, cli);
  mailCommands(program, cli);
  adminCommands(program, cli);
  practiceCommands(program, cli);
  rehearseCommand(program, cli);
  traceCommand(program, cli);
  newProcedureCommand(program, cli);
  for (const command of everyCommand(program)) withGlobals(command, cli);
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => [one, ...everyCommand(one)]);
}

/** The options of the whole program are taken wherever they stand, also after a subcommand. */
function withGlobals(command: Command, cli: CliContext): void {
  command
    .addOption(new Option('--lang <language>', cli.say('cli.option.lang')).choices(locales).hideHelp())
    .addOption(new Option('--json', cli.say('cli.option.json')).hideHelp())
    .addOption(new Option('--api <url>', cli.say('cli.option.api')).hideHelp())
    .addOption(new Option('--as <person>', cli.say('cli.option.as')))
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
}

interface Ended {
  readonly exit: ExitCode;
  readonly text: string;
  readonly code: string;
}

/** What a thrown value means for the caller: exit code and text. */
function ended(error: unknown, cli: CliContext): Ended {
  if (error instanceof ApiProblem) return { exit: error.exit, code: error.problem.code, text: problemText(error) };
  if (error instanceof CliError) return { exit: error.exit, code: error.key, text: cli.say(error.key, error.values) };
  if (error instanceof StartupError) return { exit: exitCodes.cannotStart, code: error.code, text: error.sentence(cli.locale) };
  if (error instanceof MigrationError)
    return { exit: exitCodes.cannotStart, code: error.code, text: cli.say(`cli.migration.${error.code}`, { ...error.values }) };
  if (error instanceof PolicyErrors)
    return {
      exit: exitCodes.cannotStart,
      code: 'POLICIES_WRONG',
      text: [cli.say('cli.policies-wrong', { errors: error.errors.length }), ...error.errors].join('\n'),
    };
  if (error instanceof CommanderError)
    return { exit: exitCodes.usage, code: error.code, text: cli.say('cli.usage-wrong', { detail: error.message.replace(/^error: /, '') }) };
  if (isDatabaseUnavailable(error))
    return { exit: exitCodes.unavailable, code: 'DATABASE_UNAVAILABLE', text: cli.say('cli.database-unreachable') };
  return {
    exit: exitCodes.internal,
    code: 'INTERNAL',
    text: cli.say('cli.internal', { reason: error instanceof Error ? error.message : String(error) }),
  };
}

function problemText({ problem }: ApiProblem): string {
  const errors = Array.isArray(problem['errors'])
    ? (problem['errors'] as readonly { readonly message: string; readonly field: string }[])
    : [];
  const { field } = problem as { readonly field?: unknown };
  const all = errors.length > 1 ? errors : [{ message: problem.message, field: typeof field === 'string' ? field : '' }];
  return all.map((one) => withOption(one.message, one.field)).join('\n');
}

/** A field of a command is an option here, and is named as such. */
function withOption(message: string, field: string): string {
  const [, option] = /^\/(to|text|reason|seat|where|redo|cause|until|data)$/.exec(field) ?? [];
  return option === undefined ? message : message.replace(field, `--${option}`);
}

/** Runs one call of the command line and returns its exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  let cli: CliContext;
  try {
    cli = createContext(argv);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${[say(error.locale, 'cli.settings-wrong'), ...error.faults].join('\n')}\n`);
    return exitCodes.usage;
  }
  try {
    await createProgram(cli).parseAsync([...argv], { from: 'user' });
    return cli.exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage;
    const { exit, text, code } = ended(error, cli);
    const machine = argv.includes('--json');
    const problem = error instanceof ApiProblem ? error.problem : { code, message: text };
    process.stderr.write(machine ? `${JSON.stringify({ ...problem, exit }, null, 2)}\n` : `${plain(text)}\n`);
    return exit;
  }
}
