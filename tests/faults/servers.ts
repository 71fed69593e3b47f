import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, openHome } from '../../embedded/home.js';
import { endPostgresLeftovers, endTemporalLeftovers } from '../../embedded/leftovers.js';
import { type Postgres, startPostgres } from '../../embedded/postgres.js';
import { startTemporal, type Temporal } from '../../embedded/temporal.js';
import { findTemporalProgram } from '../../embedded/temporal-program.js';

export type ServerName = 'postgres' | 'temporal';

/**
 * The embedded servers in a folder of their own, to be killed, stopped and started again at will. Not `startServers`, which starts a server
 * that ended again by itself and after longer and longer pauses: here the matrix says when.
 */
export class Rig {
  private readonly home: Home;
  private readonly program: string;
  private readonly running: { postgres: Postgres | undefined; temporal: Temporal | undefined };
  readonly databaseUrl: string;
  readonly temporalAddress: string;

  private constructor(home: Home, program: string, postgres: Postgres, temporal: Temporal) {
    this.home = home;
    this.program = program;
    this.running = { postgres, temporal };
    this.databaseUrl = postgres.databaseUrl;
    this.temporalAddress = temporal.address;
  }

  /** Empties the folder, with whatever a killed run left there, and starts both servers. Throws StartupError. */
  static async open(folder: string): Promise<Rig> {
    await empty(folder);
    const home = openHome(folder);
    const program = await findTemporalProgram({ environment: process.env, home: home.path }, () => undefined);
    const [postgres, temporal] = await Promise.all([
      startPostgres(home, () => undefined),
      startTemporal({ home, program, practice: true, progress: () => undefined }),
    ]);
    return new Rig(home, program, postgres, temporal);
  }

  get folder(): string {
    return this.home.path;
  }

  /** kill -9. The server stays down until it is started. */
  async kill(server: ServerName): Promise<void> {
    const found = this.running[server];
    const pid = found?.pid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    this.running[server] = undefined;
    await found?.stop();
  }

  /** An orderly end. */
  async shutDown(server: ServerName): Promise<void> {
    const found = this.running[server];
    this.running[server] = undefined;
    await found?.stop();
  }

  /** Stands still: takes connections at most, answers nothing. */
  freeze(server: ServerName): void {
    for (const pid of this.family(server)) process.kill(pid, 'SIGSTOP');
  }

  thaw(server: ServerName): void {
    for (const pid of this.family(server)) process.kill(pid, 'SIGCONT');
  }

  /** Starts a server that is down, on its old port and data; settles when it serves. */
  async start(server: ServerName): Promise<void> {
    if (this.running[server] !== undefined) return;
    if (server === 'postgres') this.running.postgres = await startPostgres(this.home, () => undefined);
    else this.running.temporal = await startTemporal({ home: this.home, program: this.program, practice: true, progress: () => undefined });
  }

  async close(): Promise<void> {
    await this.shutDown('temporal');
    await this.shutDown('postgres');
    this.home.release();
  }

  /** The server and its children: PostgreSQL's sessions are processes of their own, in sessions of their own. */
  private family(server: ServerName): readonly number[] {
    const pid = this.running[server]?.pid();
    if (pid === undefined) return [];
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
      .map(Number);
    return [pid, ...children];
  }
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

async function empty(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const home = openHome(folder);
  await endTemporalLeftovers(home, () => undefined);
  await endPostgresLeftovers(home, home.setting('postgres.data') ?? join(folder, 'postgres'), () => undefined);
  for (const name of readdirSync(folder)) if (name !== 'lock') rmSync(join(folder, name), { recursive: true, force: true });
  home.release();
}
