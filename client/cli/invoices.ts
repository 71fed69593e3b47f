import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { type Currency, formatMoney } from '../../domain/texts/format.js';
import { caseIdOf } from './cases.js';
import type { CliContext, GlobalOptions } from './context.js';
import { addListCommand, type ListCommand } from './lists.js';
import { localTime } from './output.js';

interface Shipped {
  readonly company: string;
  readonly caseId: string;
  readonly customer: string;
  readonly order: string;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly shippedAt: string;
}

interface EnterOptions extends GlobalOptions {
  readonly company: string;
  readonly customer: string;
  readonly due: string;
  readonly shipment: readonly string[];
}

const shipped: ListCommand<Shipped> = {
  name: 'list',
  text: 'cli.invoice-list',
  path: '/shipped-not-invoiced',
  none: 'cli.invoices-none',
  narrowedBy: [],
  columns: ['since', 'title', 'number', 'amount', 'id'],
  line: ({ shippedAt, customer, order, amountMinor, currency, caseId }, { locale }) => [
    localTime(shippedAt),
    customer,
    order,
    formatMoney(BigInt(amountMinor), currency, locale),
    caseId,
  ],
};

/** `gendan invoice list|enter` */
export function invoiceCommands(program: Command, cli: CliContext): void {
  const invoice = program.command('invoice').description(cli.say('cli.invoice'));
  addListCommand(invoice, cli, shipped);
  invoice
    .command('enter <number>')
    .description(cli.say('cli.invoice-enter'))
    .requiredOption('--company <company>', cli.say('cli.option.company'))
    .requiredOption('--customer <customer>', cli.say('cli.option.customer-code'))
    .requiredOption('--due <date>', cli.say('cli.option.due'))
    .requiredOption('--shipment <case...>', cli.say('cli.option.shipment'))
    .action(async (number: string, _options: unknown, command: Command) => {
      const { company, customer, due: dueOn, shipment, ...options } = command.optsWithGlobals<EnterOptions>();
      const client = await cli.client(options);
      const shipments = await Promise.all(shipment.map((given) => caseIdOf(client, given)));
      const body = { company, invoice: number, customer, dueOn, shipments };
      const entered = await client.post<{ readonly amountMinor: number }>('/invoices', body, randomUUID());
      cli.print(options, entered, () => cli.say('cli.invoice-entered', { number, shipments: shipments.length }));
    });
}
