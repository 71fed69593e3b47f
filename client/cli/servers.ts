import { type Command, Option } from 'commander';
import { authenticate, createToken } from '../../db/authentication.js';
import { migrate } from '../../db/migrate.js';
import { createPool } from '../../db/pool.js';
import { requirePort } from '../../embedded/ports.js';
import { startServers } from '../../embedded/servers.js';
import { StartupError } from '../../embedded/startup-error.js';
import { createRehearser } from '../../worker/rehearse.js';
import { docsPath } from '../api/docs.js';
import { type Api, startApi } from '../api/server.js';
import { temporalConnection } from '../config.js';
import { createLog } from '../log.js';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { table } from './output.js';
import { beginWorker, loadDemoPeople, logFileIn, soundPolicies } from './parts.js';
import { readRunning, readTokens, tokensFile, writeRunning, writeTokens } from './running.js';
import { openSealer } from './seal-keys.js';

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

/** Where the API listens, and whether clocks may be moved. */
export interface ListenOptions extends GlobalOptions {
  readonly port?: number;
  readonly host?: string;
  readonly practice?: true;
}

/** `gendan start`: servers, database, people, worker, API, in this order; and back again when it is stopped. */
export async function start(cli: CliContext, options: ListenOptions): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  const interrupted = interruption();
  try {
    const shown = await Promise.race([begin(cli, options, stops), interrupted.promise]);
    interrupted.clear();
    if (shown === undefined) return await stop();
    cli.print(options, shown.value, () => shown.text);
  } catch (error) {
    await stop();
    throw error;
  }
  await stopOnSignal(cli, stop);
}

/** Ctrl-C before everything runs: what has been started is stopped again. */
function interruption(): { readonly promise: Promise<undefined>; clear(): void } {
  let onSignal = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    onSignal = () => resolve(undefined);
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
  });
  return {
    promise,
    clear() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

interface Shown {
  readonly value: object;
  readonly text: string;
}

async function begin(cli: CliContext, options: ListenOptions, stops: (() => Promise<void>)[]): Promise<Shown> {
  const { config } = cli;
  const practice = options.practice === true;
  const host = options.host ?? config.host;
  const port = options.port ?? config.port;
  await requireFree(cli, port);
  const policies = await soundPolicies();
  const servers = await startServers({
    home: config.home,
    practice,
    databaseUrl: config.databaseUrl,
    temporalAddress: config.temporalAddress,
    environment: config.environment,
    progress: (key, values) => cli.note(cli.say(key, values)),
  });
  stops.push(() => servers.stop());
  const { databaseUrl, temporalAddress } = servers;
  await migrate(databaseUrl);
  await loadDemoPeople(databaseUrl, policies);
  const sealer = await openSealer(config, databaseUrl);
  cli.note(cli.say('cli.starting-edition'));
  const logFile = logFileIn(config.home);
  const worker = await beginWorker(cli, { databaseUrl, temporalAddress, namespace: config.namespace, sealer, logFile });
  stops.push(() => worker.stop());
  const log = createLog(config.logLevel, logFile);
  const api = await startApi({
    rehearse: createRehearser(),
    databaseUrl,
    temporal: temporalConnection(config, temporalAddress),
    namespace: config.namespace,
    sealer,
    host,
    port,
    log,
    demoPeople: true,
  });
  stops.push(() => api.stop());
  const people = Object.values(policies.people).flat();
  const tokens = await demoTokens(
    config.home,
    databaseUrl,
    people.map(({ id }) => id),
  );
  writeRunning(config.home, { pid: process.pid, api: api.url, databaseUrl, temporalAddress, namespace: config.namespace, practice });
  stops.push(async () => writeRunning(config.home, undefined));
  return shownFor(cli, { api, edition: worker.edition, practice, folders: servers.dataFolders, people, tokens });
}

/** A port that is taken by the Gendan of this very folder means that it is started twice, which is the better thing to say. */
async function requireFree({ config }: CliContext, port: number): Promise<void> {
  if (port === 0) return;
  await requirePort(port, '--port').catch((error: unknown) => {
    const running = readRunning(config.home);
    if (running === undefined || !running.api.endsWith(`:${port}`)) throw error;
    throw new StartupError('HOME_IN_USE', { path: config.home, pid: running.pid });
  });
}

/** The demo people's tokens: those of earlier starts as far as they still hold, new ones for the others. */
async function demoTokens(home: string, databaseUrl: string, people: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const kept = readTokens(home);
  const pool = createPool({ databaseUrl, applicationName: 'gendan start', max: 1, onError: () => undefined });
  const tokens: Record<string, string> = {};
  try {
    for (const person of people) {
      const before = kept[person];
      const found = before === undefined ? undefined : await authenticate(pool, before);
      const secret = found?.ok === true && found.person.id === person ? before : (await createToken(pool, person))?.secret;
      if (secret !== undefined) tokens[person] = secret;
    }
  } finally {
    await pool.end();
  }
  writeTokens(home, tokens);
  return tokens;
}

interface Running {
  readonly api: Api;
  readonly edition: string;
  readonly practice: boolean;
  readonly folders: readonly string[];
  readonly people: readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[];
  readonly tokens: Readonly<Record<string, string>>;
}

function shownFor(cli: CliContext, { api, edition, practice, folders, people, tokens }: Running): Shown {
  const docs = `${api.url}${docsPath}`;
  const facts = [
    [cli.say('cli.started.open'), api.url],
    [cli.say('cli.started.api'), `${api.url}/api/v1`],
    [cli.say('cli.started.docs'), docs],
    [cli.say('cli.started.edition'), edition],
    ...folders.map((folder) => [cli.say('cli.started.data'), folder]),
  ];
  const rows = people.map(({ id, name, roles }) => [id, name, roles.join(', '), tokens[id] ?? '']);
  const text = [
    table([cli.say('cli.started.title'), ''], facts),
    ...(practice ? ['', cli.say('cli.started.practice')] : []),
    '',
    cli.say('cli.started.people', { path: tokensFile(cli.config.home) }),
    table([cli.say('cli.column.id'), cli.say('cli.column.person'), cli.say('cli.column.roles'), ''], rows),
    '',
    cli.say('cli.started.stop'),
  ].join('\n');
  return {
    value: {
      api: api.url,
      docs,
      edition,
      practice,
      data: folders,
      people: people.map(({ id, name, roles }) => ({ id, name, roles })),
      tokens: tokensFile(cli.config.home),
    },
    text,
  };
}

/** Waits for Ctrl-C or a termination signal, then stops in order. A second signal ends the process at once. */
export function stopOnSignal(cli: CliContext, stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = (): void => {
      if (stopping) process.exit(130);
      stopping = true;
      cli.note(cli.say('cli.stopping'));
      stop().then(resolve, reject);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
