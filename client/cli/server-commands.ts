import { type Command, Option } from 'commander';
import { migrate } from '../../db/migrate.js';
import { createRehearser } from '../../worker/rehearse.js';
import { temporalConnection } from '../config.js';
import { docsPath } from '../http/docs-routes.js';
import { startApi } from '../http/server.js';
import { createLog } from '../log.js';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { beginWorker, loadDemoPeople, soundPolicies } from './parts.js';
import { openSealer } from './seal-keys.js';
import { stopOnSignal } from './signals.js';
import { type ListenOptions, start } from './start.js';

/** `gendan start`, `worker`, `api` and `migrate`. */
export function serverCommands(program: Command, cli: CliContext): void {
  const port = new Option('--port <port>', cli.say('cli.option.port')).argParser(portFrom);
  const host = new Option('--host <host>', cli.say('cli.option.host'));
  program
    .command('start')
    .description(cli.say('cli.start'))
    .addOption(port)
    .addOption(host)
    .option('--practice', cli.say('cli.option.practice'))
    .action((_options: unknown, command: Command) => start(cli, command.optsWithGlobals<ListenOptions>()));
  program
    .command('worker')
    .description(cli.say('cli.worker'))
    .action(() => runWorker(cli));
  program
    .command('api')
    .description(cli.say('cli.api'))
    .addOption(port)
    .addOption(host)
    .action((_options: unknown, command: Command) => runApi(cli, command.optsWithGlobals<ListenOptions>()));
  program
    .command('migrate')
    .description(cli.say('cli.migrate'))
    .option('--demo-people', cli.say('cli.option.demo-people'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly demoPeople?: true }>();
      const { databaseUrl } = ownServers(cli, ['DATABASE_URL']);
      await migrate(databaseUrl);
      if (options.demoPeople === true) await loadDemoPeople(databaseUrl, await soundPolicies());
      cli.print(options, { migrated: true }, () => cli.say('cli.migrated'));
    });
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new CliError(exitCodes.usage, 'cli.setting-wrong', { setting: '--port', rule: '0–65535' });
  return port;
}

/** The addresses of one's own servers; those that a command needs must be set. */
function ownServers(
  cli: CliContext,
  needed: readonly ('DATABASE_URL' | 'TEMPORAL_ADDRESS')[],
): { readonly databaseUrl: string; readonly temporalAddress: string } {
  const given = { DATABASE_URL: cli.config.databaseUrl, TEMPORAL_ADDRESS: cli.config.temporalAddress };
  const missing = needed.find((setting) => given[setting] === undefined);
  if (missing !== undefined) throw new CliError(exitCodes.usage, 'cli.setting-missing', { setting: missing });
  return { databaseUrl: given.DATABASE_URL ?? '', temporalAddress: given.TEMPORAL_ADDRESS ?? '' };
}

async function runApi(cli: CliContext, options: ListenOptions): Promise<void> {
  const { databaseUrl, temporalAddress } = ownServers(cli, ['DATABASE_URL', 'TEMPORAL_ADDRESS']);
  const { config } = cli;
  const api = await startApi({
    rehearse: createRehearser(),
    databaseUrl,
    temporal: temporalConnection(config, temporalAddress),
    namespace: config.namespace,
    sealer: await openSealer(config, databaseUrl),
    host: options.host ?? config.host,
    port: options.port ?? config.port,
    log: createLog(config.logLevel),
  });
  cli.note(cli.say('cli.api-running', { url: api.url, docs: `${api.url}${docsPath}` }));
  await stopOnSignal(cli, () => api.stop());
}

async function runWorker(cli: CliContext): Promise<void> {
  const { databaseUrl, temporalAddress } = ownServers(cli, ['DATABASE_URL', 'TEMPORAL_ADDRESS']);
  const sealer = await openSealer(cli.config, databaseUrl);
  const worker = await beginWorker(cli, { databaseUrl, temporalAddress, namespace: cli.config.namespace, sealer });
  cli.note(cli.say('cli.worker-running', { edition: worker.edition }));
  await stopOnSignal(cli, () => worker.stop());
}
