import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { createTestDatabase, type TestDatabase, testTemporalAddress } from './servers.js';
import { ownNamespace } from './temporal.js';

/** The product as processes of its own, `gendan …` as people start it, on a database and a namespace of its own. */
export class Processes {
  readonly home: string;
  readonly database: TestDatabase;
  readonly environment: NodeJS.ProcessEnv;
  private readonly running: ChildProcess[] = [];

  private constructor(database: TestDatabase, namespace: string) {
    this.database = database;
    this.home = mkdtempSync(join(tmpdir(), 'gendan-processes-'));
    this.environment = {
      ...process.env,
      GENDAN_HOME: this.home,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: testTemporalAddress(),
      TEMPORAL_NAMESPACE: namespace,
      LANG: 'en_US.UTF-8',
    };
  }

  /** Nothing runs yet. */
  static async prepare(): Promise<Processes> {
    const database = await createTestDatabase();
    const connection = await Connection.connect({ address: testTemporalAddress() });
    const namespace = await ownNamespace(connection);
    await connection.close();
    return new Processes(database, namespace);
  }

  /** Starts `gendan …` and waits until it has printed something; resolves to what that caught. */
  async start(argv: readonly string[], says: RegExp): Promise<RegExpExecArray> {
    const child = spawn(process.execPath, ['scripts/gendan.mjs', ...argv], { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.running.unshift(child);
    return new Promise((resolve, reject) => {
      let output = '';
      const heard = (chunk: unknown): void => {
        output += String(chunk);
        const said = says.exec(output);
        if (said !== null) resolve(said);
      };
      child.stdout.on('data', heard);
      child.stderr.on('data', heard);
      child.once('exit', (code) => reject(new Error(`gendan ${argv.join(' ')} ended with ${code}: ${output}`)));
    });
  }

  /** Ids of the keys that have sealed, in order. */
  async keyIds(): Promise<readonly string[]> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    const { rows } = await client.query<{ id: string }>('select id from seal_key order by since');
    await client.end();
    return rows.map(({ id }) => id);
  }

  /** Another API, at a port of its own; its address. */
  async api(): Promise<string> {
    const [, url = ''] = await this.start(['api', '--port', '0'], /at (http:\/\/\S+?),/);
    return url;
  }

  /** Types a line into a shell, `npx gendan …` as it is printed in the documentation; what it prints. */
  async type(line: string): Promise<string> {
    const command = line.replace(/^npx gendan/, `"${process.execPath}" scripts/gendan.mjs`);
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env: this.environment });
    return stdout;
  }

  /** Stops all in the order they were started, the last first, and removes everything. */
  async close(): Promise<void> {
    for (const child of this.running) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null || !child.kill('SIGINT')) continue;
      await ended;
    }
    await this.database.drop();
    rmSync(this.home, { recursive: true, force: true });
  }
}
