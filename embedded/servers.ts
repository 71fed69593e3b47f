import { assertDatabase } from './database.js';
import { type Home, openHome } from './home.js';
import { type Postgres, startPostgres } from './postgres.js';
import { type Progress, StartupError } from './startup-error.js';
import { startTemporal, type Temporal } from './temporal.js';
import { findTemporalProgram } from './temporal-program.js';

/** The servers that a start works with: the embedded ones, or one's own, or one of each. */
export interface Servers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Where the embedded data is, folder by folder; empty when nothing embedded runs. */
  readonly dataFolders: readonly string[];
  /** The process ids of the embedded servers now; they change when a server had to be started again. */
  readonly processes: { readonly postgres?: number; readonly temporal?: number };
  /** Ends the embedded servers, Temporal before PostgreSQL, and gives the data folder back. Does nothing the second time. */
  stop(): Promise<void>;
}

export interface ServersOptions {
  /** The data folder, GENDAN_HOME. Made and used only when something embedded starts. */
  home: string;
  /** Lets the clock of a case be moved forward on the embedded Temporal. */
  practice: boolean;
  /** A PostgreSQL of one's own. */
  databaseUrl?: string | undefined;
  /** A Temporal of one's own; `connectTemporal` checks it, with the TLS and API key settings that only the caller knows. */
  temporalAddress?: string | undefined;
  /** The environment: where to look for the `temporal` program, and what Go sees if it must be built. */
  environment: NodeJS.ProcessEnv;
  progress: Progress;
}

const neededNode = '20.19';

/**
 * Starts what is not given: PostgreSQL, Temporal, both or nothing. An embedded server that ends unasked is started again.
 * @throws StartupError whatever stands in the way, in one sentence; nothing is left running then
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  requireNode(process.versions.node);
  if (options.databaseUrl !== undefined) await assertDatabase(options.databaseUrl);
  if (options.databaseUrl !== undefined && options.temporalAddress !== undefined) {
    const { databaseUrl, temporalAddress } = options;
    return { databaseUrl, temporalAddress, dataFolders: [], processes: {}, stop: async () => undefined };
  }
  const home = openHome(options.home);
  let postgres: Postgres | undefined;
  let temporal: Temporal | undefined;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (postgres !== undefined || temporal !== undefined) options.progress('startup.progress.stopping');
    await temporal?.stop();
    await postgres?.stop();
    home.release();
    options.progress('startup.progress.stopped');
  };
  const startBoth = await Promise.allSettled([
    options.databaseUrl ?? startPostgres(home, options.progress).then((started) => (postgres = started)),
    options.temporalAddress ?? startEmbeddedTemporal(home, options).then((started) => (temporal = started)),
  ]);
  const failed = startBoth.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    databaseUrl: options.databaseUrl ?? postgres?.databaseUrl ?? '',
    temporalAddress: options.temporalAddress ?? temporal?.address ?? '',
    dataFolders: foldersOf(home, postgres),
    get processes() {
      return running(postgres, temporal);
    },
    stop: () => (stopping ??= stop()),
  };
}

async function startEmbeddedTemporal(home: Home, { environment, practice, progress }: ServersOptions): Promise<Temporal> {
  const program = await findTemporalProgram({ environment, home: home.path }, progress);
  return startTemporal({ home, program, practice, progress });
}

function running(postgres: Postgres | undefined, temporal: Temporal | undefined): { postgres?: number; temporal?: number } {
  const ids = { postgres: postgres?.pid(), temporal: temporal?.pid() };
  return Object.fromEntries(Object.entries(ids).filter(([, pid]) => pid !== undefined));
}

function foldersOf(home: Home, postgres: Postgres | undefined): string[] {
  const elsewhere = postgres !== undefined && !postgres.dataFolder.startsWith(home.path);
  return elsewhere ? [home.path, postgres.dataFolder] : [home.path];
}

/**
 * Refuses a Node.js that is too old.
 * @throws StartupError NODE_TOO_OLD
 */
export function requireNode(found: string): void {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = neededNode.split('.').map(Number);
  const enough = major > neededMajor || (major === neededMajor && minor >= neededMinor);
  if (!enough) throw new StartupError('NODE_TOO_OLD', { found, needed: neededNode });
}
