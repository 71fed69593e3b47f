import type { Command } from 'commander';
import type { ApiClient } from './api-client.js';
import type { CliContext, GlobalOptions } from './context.js';
import { localTime } from './lengths.js';
import { table } from './output.js';
import { taskIdOf } from './task-commands.js';

interface PeopleOptions extends GlobalOptions {
  readonly company?: string;
  readonly role?: string;
  readonly for?: string;
  readonly task?: string;
}

/** `gendan people`: who there is, or who may do something to a task. */
export function peopleCommand(program: Command, cli: CliContext): void {
  program
    .command('people')
    .description(cli.say('cli.people'))
    .option('--company <company>', cli.say('cli.option.company'))
    .option('--role <role>', cli.say('cli.option.role'))
    .option('--for <verb>', cli.say('cli.option.for'))
    .option('--task <task>', cli.say('cli.option.task'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PeopleOptions>();
      const client = await cli.client(options);
      if (options.for === undefined && options.task === undefined) return listed(cli, client, options);
      return fit(cli, client, options);
    });
}

async function listed(cli: CliContext, client: ApiClient, options: PeopleOptions): Promise<void> {
  const { company, role } = options;
  const found = await client.get<{ items: readonly { id: string; name: string; roles: readonly { roleName: string; role: string }[] }[] }>(
    '/people',
    { company, role },
  );
  const rows = (): string[][] =>
    found.items.map(({ id, name, roles }) => [id, name, roles.map((one) => `${one.roleName} (${one.role})`).join(', ')]);
  cli.print(options, found, () =>
    found.items.length === 0 ? cli.say('cli.people-none') : table(cli.columns('id', 'person', 'roles'), rows()),
  );
}

interface Fit {
  readonly person: string;
  readonly name: string;
  readonly whyNot?: { readonly sentence: string };
  readonly away?: { readonly until: string };
}

async function fit(cli: CliContext, client: ApiClient, options: PeopleOptions): Promise<void> {
  const task = options.task === undefined ? undefined : await taskIdOf(client, options.task);
  const found = await client.get<{ items: readonly Fit[] }>('/people', { for: options.for, task });
  const rows = (): string[][] =>
    found.items.map(({ person, name, whyNot, away }) => [
      person,
      name,
      whyNot?.sentence ?? cli.say('cli.yes'),
      away === undefined ? '' : cli.say('cli.away', { until: localTime(away.until) }),
    ]);
  cli.print(options, found, () => table(cli.columns('id', 'person', 'may', 'away'), rows()));
}
