import { type Command, Option } from 'commander';
import { type Currency, formatMoney } from '../../domain/texts/format.js';
import type { TextKey } from '../../domain/texts/texts.js';
import type { Words } from '../../domain/words.js';
import type { CliContext, Column, GlobalOptions } from './context.js';
import { localTime, table } from './output.js';

/** One page of a list of the API. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

type Options = GlobalOptions & Readonly<Record<string, string | undefined>>;

/** A list that is looked up: its command, where it is, what narrows it, and how a line of it is shown. */
export interface ListCommand<Item> {
  readonly name: string;
  readonly text: TextKey;
  readonly path: string;
  /** It is one page, whole. */
  readonly whole?: true;
  /** What is said when there is nothing. */
  readonly none?: TextKey;
  readonly narrowedBy: readonly Option[];
  readonly columns: readonly Column[];
  line(item: Item, cli: CliContext): readonly string[];
}

/** `gendan cases`, `customers`, `products`, `mails`, `slips`: what there is, page by page. */
export function listCommands(program: Command, cli: CliContext): void {
  const company = new Option('--company <company>', cli.say('cli.option.company'));
  const procedure = new Option('--procedure <procedure>', cli.say('cli.option.only-procedure'));
  const q = new Option('--q <text>', cli.say('cli.option.q'));
  addListCommand(program, cli, cases([company, procedure, q, ...caseOptions(cli)]));
  addListCommand(program, cli, customers([company, q]));
  addListCommand(program, cli, products([company, q]));
  addListCommand(program, cli, mails([company, new Option('--case-id <case>', cli.say('cli.option.only-case'))]));
  const from = new Option('--from <date>', cli.say('cli.option.from')).makeOptionMandatory();
  const to = new Option('--to <date>', cli.say('cli.option.until-date')).makeOptionMandatory();
  addListCommand(
    program,
    cli,
    slips([new Option('--company <company>', cli.say('cli.option.company')).makeOptionMandatory(), procedure, from, to]),
  );
}

/** Adds the command of a list. */
export function addListCommand<Item>(program: Command, cli: CliContext, finding: ListCommand<Item>): void {
  const { name, text, path, whole, none = 'cli.found-none', narrowedBy, columns, line } = finding;
  const command = program.command(name).description(cli.say(text));
  for (const option of narrowedBy) command.addOption(option);
  if (whole !== true) command.option('--after <mark>', cli.say('cli.option.after'));
  command.action(async (_options: unknown, called: Command) => {
    const options = called.optsWithGlobals<Options>();
    const names = [...narrowedBy.map((option) => option.attributeName()), 'after'];
    const query = Object.fromEntries(names.map((one) => [one, options[one]]));
    const found = await (await cli.client(options)).get<Page<Item> & { readonly next?: string | null }>(path, query);
    cli.print(options, found, () => {
      if (found.items.length === 0) return cli.say(none);
      const rows = found.items.map((item) => line(item, cli));
      const more = found.next === null || found.next === undefined ? [] : [cli.say('cli.more', { after: found.next })];
      return [table(cli.columns(...columns), rows), ...more].join('\n');
    });
  });
}

function caseOptions(cli: CliContext): readonly Option[] {
  return [
    new Option('--status <status>', cli.say('cli.option.status')).choices(['open', 'closing', 'closed', 'faulted']),
    new Option('--number <number>', cli.say('cli.option.only-number')),
    new Option('--customer-po <number>', cli.say('cli.option.customer-po')),
  ];
}

interface ListedCase {
  readonly caseId: string;
  readonly number: string;
  readonly title: string;
  readonly procedureName: string;
  readonly statusName: string;
  readonly startedAt: string;
  readonly openTasks: number;
}

const cases = (narrowedBy: readonly Option[]): ListCommand<ListedCase> => ({
  name: 'cases',
  text: 'cli.cases',
  path: '/cases',
  narrowedBy,
  columns: ['since', 'number', 'title', 'procedure', 'state', 'open', 'id'],
  line: (one) => [localTime(one.startedAt), one.number, one.title, one.procedureName, one.statusName, String(one.openTasks), one.caseId],
});

interface ListedCustomer {
  readonly code: string;
  readonly name: Words;
  readonly grade: string | null;
  readonly currency: Currency;
  readonly limitMinor: number | null;
}

const customers = (narrowedBy: readonly Option[]): ListCommand<ListedCustomer> => ({
  name: 'customers',
  text: 'cli.customers',
  path: '/customers',
  narrowedBy,
  columns: ['id', 'name', 'grade', 'limit'],
  line: ({ code, name, grade, currency, limitMinor }, { locale }) => [
    code,
    name[locale],
    grade ?? '',
    limitMinor === null ? '' : formatMoney(BigInt(limitMinor), currency, locale),
  ],
});

interface ListedProduct {
  readonly code: string;
  readonly name: Words;
  readonly unit: string;
  readonly inStock: number | null;
}

const products = (narrowedBy: readonly Option[]): ListCommand<ListedProduct> => ({
  name: 'products',
  text: 'cli.products',
  path: '/products',
  narrowedBy,
  columns: ['id', 'name', 'in-stock'],
  line: ({ code, name, unit, inStock }, { locale }) => [code, name[locale], inStock === null ? '' : `${inStock} ${unit}`],
});

interface ListedMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly stateName: string;
  readonly changedAt: string;
}

const mails = (narrowedBy: readonly Option[]): ListCommand<ListedMail> => ({
  name: 'mails',
  text: 'cli.mails',
  path: '/mails',
  narrowedBy,
  columns: ['since', 'to', 'subject', 'state', 'id'],
  line: ({ id, to, subject, stateName, changedAt }) => [localTime(changedAt), to, subject, stateName, id],
});

interface Slip {
  readonly month: string;
  readonly procedure: string;
  readonly causeName: string;
  readonly moves: number;
  readonly orders: number;
  readonly days: number;
}

const slips = (narrowedBy: readonly Option[]): ListCommand<Slip> => ({
  name: 'slips',
  text: 'cli.slips',
  path: '/promises/slips',
  whole: true,
  narrowedBy,
  columns: ['month', 'procedure', 'why', 'moves', 'orders', 'days'],
  line: ({ month, procedure, causeName, moves, orders, days }) => [
    month,
    procedure,
    causeName,
    String(moves),
    String(orders),
    String(days),
  ],
});
