import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { localTime } from './lengths.js';
import { table } from './output.js';

interface ShownAbsence {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly standIns: readonly { readonly name: string }[];
}
interface AddOptions extends GlobalOptions {
  readonly person?: string;
  readonly standIn?: string;
  readonly upTo?: string;
  readonly customer?: readonly string[];
  readonly procedure?: readonly string[];
}

/** `gendan absence list|add|end` */
export function absenceCommands(program: Command, cli: CliContext): void {
  const absence = program.command('absence').description(cli.say('cli.absence'));
  absence
    .command('list')
    .description(cli.say('cli.absence-list'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const found = await (await cli.client(options)).get<{ items: readonly ShownAbsence[] }>('/absences');
      const head = cli.columns('id', 'person', 'away', 'stand-in');
      const rows = (): string[][] =>
        found.items.map(({ id, name, from, until, standIns }) => [
          id,
          name,
          `${localTime(from)} – ${localTime(until)}`,
          standIns.map((one) => one.name).join(', '),
        ]);
      cli.print(options, found, () => (found.items.length === 0 ? cli.say('cli.absences-none') : table(head, rows())));
    });
  saying(absence.command('add <from> <until>').description(cli.say('cli.absence-add')), cli).action(
    (from: string, until: string, _options: unknown, command: Command) => add(cli, from, until, command.optsWithGlobals<AddOptions>()),
  );
  saying(absence.command('change <id> <from> <until>').description(cli.say('cli.absence-change')), cli).action(
    async (id: string, from: string, until: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const changed = await (await cli.client(options)).put<ShownAbsence>(
        `/absences/${encodeURIComponent(id)}`,
        absenceFrom(from, until, options),
      );
      told(cli, options, changed);
    },
  );
  absence
    .command('end <id>')
    .description(cli.say('cli.absence-end'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const ended = await (await cli.client(options)).remove<ShownAbsence>(`/absences/${encodeURIComponent(id)}`);
      cli.print(options, ended, () => cli.say('cli.absence-ended', { person: ended.name, id }));
    });
}

/** A command that says what an absence is: whose, and who stands in within which limits. */
function saying(command: Command, cli: CliContext): Command {
  return command
    .option('--person <person>', cli.say('cli.option.person'))
    .option('--stand-in <person>', cli.say('cli.option.stand-in'))
    .option('--up-to <amount>', cli.say('cli.option.up-to'))
    .option('--customer <customer...>', cli.say('cli.option.customer'))
    .option('--procedure <procedure...>', cli.say('cli.option.procedure'));
}

async function add(cli: CliContext, from: string, until: string, options: AddOptions): Promise<void> {
  told(cli, options, await (await cli.client(options)).post<ShownAbsence>('/absences', absenceFrom(from, until, options), randomUUID()));
}

/** An absence as the options say it. */
function absenceFrom(from: string, until: string, options: AddOptions): object {
  const { person, standIn, upTo, customer, procedure } = options;
  const limits = {
    ...(upTo === undefined ? {} : amountFrom(upTo)),
    ...(customer === undefined ? {} : { customers: customer }),
    ...(procedure === undefined ? {} : { procedures: procedure }),
  };
  return {
    ...(person === undefined ? {} : { person }),
    from: momentFrom(from),
    until: momentFrom(until),
    standIns: standIn === undefined ? [] : [{ person: standIn, limits }],
  };
}

function told(cli: CliContext, options: AddOptions, saved: ShownAbsence): void {
  const { id, name, from, until } = saved;
  cli.print(options, saved, () => cli.say('cli.absence-added', { person: name, from: localTime(from), until: localTime(until), id }));
}

/** A day (its beginning, in this machine's zone) or a moment. */
function momentFrom(text: string): string {
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
  if (Number.isNaN(at.getTime())) throw new CliError(exitCodes.usage, 'cli.moment-wrong', { given: text });
  return at.toISOString();
}

/** `50000.00-CNY` in minor units: CNY and USD have two decimals, IDR none. */
function amountFrom(text: string): { readonly amountMinor: number; readonly currency: string } {
  const [, whole = '', , fraction = '', currency = ''] = /^(\d{1,13})(\.(\d{2}))?-([A-Z]{3})$/.exec(text) ?? [];
  if (whole === '') throw new CliError(exitCodes.usage, 'cli.amount-wrong', { given: text });
  return { amountMinor: Number(currency === 'IDR' ? whole : `${whole}${fraction === '' ? '00' : fraction}`), currency };
}
