import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assertDatabase } from '../../embedded/database.js';
import { requirePort } from '../../embedded/ports.js';
import { markOf, type ProcessMark } from '../../embedded/process-table.js';
import { requireNode, type Servers, startServers } from '../../embedded/servers.js';
import { connectTemporal } from '../../embedded/temporal.js';
import { findTemporalProgram } from '../../embedded/temporal-program.js';

const folder = mkdtempSync(join(tmpdir(), 'gendan-servers-'));
// Open to be passed through, so that PostgreSQL's own user gets to its data also when the tests run as root.
chmodSync(folder, 0o711);
const home = join(folder, 'home');
let environment: NodeJS.ProcessEnv;
let servers: Servers | undefined;
const told: string[] = [];

beforeAll(async () => {
  // May be built here the first time, which takes minutes.
  environment = { ...process.env, TEMPORAL_CLI: await findTemporalProgram({ environment: process.env, home: folder }, () => undefined) };
}, 1_200_000);
afterAll(async () => {
  await servers?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: { databaseUrl?: string; temporalAddress?: string; home?: string } = {}): Promise<Servers> {
  told.length = 0;
  return startServers({ home, practice: true, environment, progress: (key) => told.push(key), ...more });
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

async function namespaces(address: string): Promise<number> {
  const connection = await connectTemporal({ address });
  const { namespaces: found } = await connection.workflowService.listNamespaces({});
  await connection.close();
  return found?.length ?? 0;
}

function marks(of: Pick<Servers, 'processes'>): ProcessMark[] {
  return [of.processes.postgres, of.processes.temporal].map((pid) => markOf(pid ?? 0)!);
}

async function listening(port: number): Promise<ReturnType<typeof createServer>> {
  const other = createServer();
  other.listen(port, '127.0.0.1');
  await once(other, 'listening');
  return other;
}

/** Starts the servers from another process and kills that with SIGKILL once they serve. */
async function startAndKill(): Promise<Servers> {
  const script = fileURLToPath(new URL('hold-servers.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, home], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(line) as Servers;
}

describe('the embedded servers', () => {
  it('start, refuse a second start on the same folder, and stop in order', async () => {
    servers = await start();
    await query(servers.databaseUrl, 'create table kept as select 1 as id');
    expect(await namespaces(servers.temporalAddress)).toBeGreaterThan(0);
    await expect(start()).rejects.toMatchObject({ code: 'HOME_IN_USE', values: { pid: process.pid } });
    const running = marks(servers);
    await servers.stop();
    await servers.stop();
    expect(running.map(({ pid }) => markOf(pid))).toEqual([undefined, undefined]);
  });

  it('after kill -9 of Gendan: what it left running is ended by the next start, the data is there, on the same ports', async () => {
    const killed = await startAndKill();
    const left = marks(killed);
    expect(left.every((mark) => mark !== undefined)).toBe(true);
    servers = await start();
    expect(told.filter((key) => key === 'startup.progress.leftover-ended')).toHaveLength(2);
    expect(left.map(({ pid }) => markOf(pid))).toEqual([undefined, undefined]);
    expect(servers.databaseUrl).toBe(killed.databaseUrl);
    expect(servers.temporalAddress).toBe(killed.temporalAddress);
    expect(await query(servers.databaseUrl, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('after kill -9 of a server, also with a session at work: it is started again', async () => {
    const { databaseUrl, temporalAddress, processes } = servers!;
    const atWork = query(databaseUrl, 'select pg_sleep(30)').catch((error: unknown) => error);
    await vi.waitFor(async () => expect(await query(databaseUrl, "select from pg_stat_activity where query ~ 'sleep[(]'")).toHaveLength(1));
    for (const pid of [processes.postgres, processes.temporal]) process.kill(pid ?? 0, 'SIGKILL');
    await atWork;
    await vi.waitFor(async () => expect(await query(databaseUrl, 'select id from kept')).toEqual([{ id: 1 }]), { timeout: 30_000 });
    await vi.waitFor(async () => expect(await namespaces(temporalAddress)).toBeGreaterThan(0), { timeout: 30_000 });
    await vi.waitFor(() => expect(marks(servers!).every((mark) => mark !== undefined)).toBe(true), { timeout: 10_000 });
    expect(servers!.processes.postgres).not.toBe(processes.postgres);
    expect(servers!.processes.temporal).not.toBe(processes.temporal);
  });

  it('say in one sentence what is wrong with a database of one’s own', async () => {
    const good = new URL(servers!.databaseUrl);
    const wrong = (change: Partial<Pick<URL, 'password' | 'pathname' | 'port'>>) => Object.assign(new URL(good.href), change).href;
    await expect(assertDatabase(good.href)).resolves.toBeUndefined();
    await expect(assertDatabase(wrong({ password: 'wrong-one' }))).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
      message: expect.not.stringContaining('wrong-one'),
    });
    await expect(assertDatabase(wrong({ pathname: '/absent' }))).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
      values: { database: 'absent' },
    });
    await expect(assertDatabase('mysql://localhost/gendan')).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' });
    await expect(start({ databaseUrl: wrong({ port: '1' }) })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await expect(connectTemporal({ address: '127.0.0.1:1', connectTimeout: 500 })).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
  });

  it('take other ports when another program holds theirs', async () => {
    const before = servers!;
    await before.stop();
    const ports = [before.databaseUrl, `temporal://${before.temporalAddress}`].map((url) => Number(new URL(url).port));
    const others = await Promise.all(ports.map(listening));
    await expect(requirePort(ports[0] ?? 0, 'PORT')).rejects.toMatchObject({ code: 'PORT_TAKEN', values: { setting: 'PORT' } });
    servers = await start();
    expect(servers.databaseUrl).not.toBe(before.databaseUrl);
    expect(servers.temporalAddress).not.toBe(before.temporalAddress);
    expect(await query(servers.databaseUrl, 'select id from kept')).toEqual([{ id: 1 }]);
    for (const other of others) other.close();
    await servers.stop();
  });

  it.runIf(process.getuid?.() === 0)(
    'as root in a folder that other users cannot enter: the data is elsewhere, and found again',
    async () => {
      const closed = join(folder, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const first = await start({ home: join(closed, 'home'), temporalAddress: 'none:1' });
      expect(told).toContain('startup.progress.postgres-elsewhere');
      const [, elsewhere = ''] = first.dataFolders;
      await query(first.databaseUrl, 'create table kept as select 2 as id');
      await first.stop();
      expect(existsSync(join(elsewhere, 'PG_VERSION'))).toBe(true);
      const second = await start({ home: join(closed, 'home'), temporalAddress: 'none:1' });
      expect(second.dataFolders).toEqual(first.dataFolders);
      expect(await query(second.databaseUrl, 'select id from kept')).toEqual([{ id: 2 }]);
      await second.stop();
      rmSync(elsewhere, { recursive: true });
    },
  );
});

it.each([
  ['20.19.0', false],
  ['22.1.0', false],
  ['20.18.3', true],
  ['18.20.4', true],
])('Node.js %s is refused: %j', (found, refused) => {
  if (refused) expect(() => requireNode(found)).toThrow(expect.objectContaining({ code: 'NODE_TOO_OLD' }));
  else expect(() => requireNode(found)).not.toThrow();
});
