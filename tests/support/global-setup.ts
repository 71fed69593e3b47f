import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openHome } from '../../embedded/home.js';
import { endPostgresLeftovers, endTemporalLeftovers } from '../../embedded/leftovers.js';
import { type Servers, startServers } from '../../embedded/servers.js';
import { StartupError } from '../../embedded/startup-error.js';
import { templateDatabase } from './database-names.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The test PostgreSQL, with the password; `createTestDatabase` makes a database on it. */
    databaseUrl: string;
    /** `host:port` of the test Temporal, with time skipping. */
    temporalAddress: string;
  }
}

const slots = 8;
let servers: Servers | undefined;

/** One PostgreSQL and one Temporal for the whole run, and the migrated template database. Own servers are used where the environment names them. */
export async function setup({ provide }: TestProject): Promise<void> {
  const { TEST_DATABASE_URL, TEST_TEMPORAL_ADDRESS } = process.env;
  servers = await startInFreeSlot(TEST_DATABASE_URL, TEST_TEMPORAL_ADDRESS);
  await makeTemplate(servers.databaseUrl);
  provide('databaseUrl', servers.databaseUrl);
  provide('temporalAddress', servers.temporalAddress);
}

/** Ends the servers of this run. Their data is removed by the next run that takes the slot, which holds its lock then. */
export async function teardown(): Promise<void> {
  await servers?.stop();
}

/**
 * The folders of test runs have fixed names, so that what a killed run left behind is found and ended by the next one. Each run starts from
 * empty data; runs at the same time take different slots.
 */
async function startInFreeSlot(databaseUrl: string | undefined, temporalAddress: string | undefined): Promise<Servers> {
  const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 8);
  for (let slot = 0; slot < slots; slot += 1) {
    const home = join(tmpdir(), `gendan-test-${userInfo().username}-${checkout}-${slot}`);
    try {
      await emptyHome(home);
      return await startServers({
        home,
        practice: true,
        databaseUrl,
        temporalAddress,
        environment: process.env,
        progress: () => undefined,
      });
    } catch (error) {
      if (error instanceof StartupError && error.code === 'HOME_IN_USE') continue;
      throw error;
    }
  }
  throw new Error(`${slots} test runs at once in this checkout: wait for one to end`);
}

async function emptyHome(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const home = openHome(path);
  await endTemporalLeftovers(home, () => undefined);
  await endPostgresLeftovers(home, home.setting('postgres.data') ?? join(path, 'postgres'), () => undefined);
  for (const name of readdirSync(path)) if (name !== 'lock') rmSync(join(path, name), { recursive: true, force: true });
  home.release();
}

async function makeTemplate(databaseUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`drop database if exists ${templateDatabase} with (force)`);
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  const url = new URL(databaseUrl);
  url.pathname = `/${templateDatabase}`;
  const { migrate } = await import('../../db/migrate.js');
  await migrate(url.href);
}
