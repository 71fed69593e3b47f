import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { caseIdOf } from './case-commands.js';
import type { CliContext, GlobalOptions } from './context.js';
import { localTime } from './lengths.js';
import { table } from './output.js';

interface Shipped {
  readonly company: string;
  readonly caseId: string;
  readonly customer: string;
  readonly order: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly shippedAt: string;
}
interface EnterOptions extends GlobalOptions {
  readonly company: string;
  readonly customer: string;
  readonly due: string;
  readonly shipment: readonly string[];
}

/** `gendan invoice list|enter` */
export function invoiceCommands(program: Command, cli: CliContext): void {
  const invoice = program.command('invoice').description(cli.say('cli.invoice'));
  invoice
    .command('list')
    .description(cli.say('cli.invoice-list'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const found = await (await cli.client(options)).get<{ items: readonly Shipped[] }>('/shipped-not-invoiced');
      const head = [
        cli.say('cli.column.since'),
        cli.say('cli.column.title'),
        cli.say('cli.column.number'),
        cli.say('cli.column.amount'),
        cli.say('cli.column.id'),
      ];
      const rows = (): string[][] =>
        found.items.map(({ shippedAt, customer, order, amountMinor, currency, caseId }) => [
          localTime(shippedAt),
          customer,
          order,
          new Intl.NumberFormat(cli.locale, { style: 'currency', currency }).format(amountMinor / (currency === 'IDR' ? 1 : 100)),
          caseId,
        ]);
      cli.print(options, found, () => (found.items.length === 0 ? cli.say('cli.invoices-none') : table(head, rows())));
    });
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
