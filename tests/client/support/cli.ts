import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCli } from '../../../client/cli/program.js';
import { writeTokens } from '../../../client/cli/running.js';
import { createToken } from '../../../db/authentication.js';
import { loadBooks } from '../../../policies/load.js';
import { Plant, type PlantOptions } from '../../support/plant.js';

/** What a call of the command line left. */
export interface Run {
  readonly exit: number;
  readonly out: string;
  readonly error: string;
}

/** The command line beside a running product. */
export interface CommandLine {
  readonly plant: Plant;
  /** The data folder. */
  readonly home: string;
  /** One call, in this process. */
  gendan(...argv: string[]): Promise<Run>;
  /** One call of a person, with what it answers as JSON: its result, or with an exit code its problem. */
  json<T>(person: string, ...argv: string[]): Promise<T>;
  close(): Promise<void>;
}

/**
 * The whole product with the policies that ship, its demo people, and the settings of a command line beside it. `as`: whose tokens are in the
 * data folder; everybody's of a company when absent.
 */
export async function startCommandLine({
  as,
  ...options
}: PlantOptions & { readonly as: readonly string[] | { company: string } }): Promise<CommandLine> {
  const { books, people, calendars, tradeBooks } = await loadBooks('policies');
  const plant = await Plant.start({ source: { books, calendars, tradeBooks }, people, ...options });
  const home = mkdtempSync(join(tmpdir(), 'gendan-cli-'));
  const ids = 'company' in as ? (options.people ?? people)[as.company]?.map(({ id }) => id) : as;
  const tokens: Record<string, string> = {};
  for (const id of ids ?? []) tokens[id] = (await createToken(plant.pool, id))?.secret ?? '';
  writeTokens(home, tokens);
  vi.stubEnv('GENDAN_HOME', home);
  vi.stubEnv('GENDAN_API', plant.api.url);
  vi.stubEnv('DATABASE_URL', plant.databaseUrl);
  for (const name of ['GENDAN_TOKEN', 'LC_ALL', 'LC_MESSAGES', 'TEMPORAL_ADDRESS']) vi.stubEnv(name, '');
  vi.stubEnv('LANG', 'C.UTF-8');
  return {
    plant,
    home,
    gendan,
    async json(person, ...argv) {
      const { out, error } = await gendan(...argv, '--as', person, '--json');
      return JSON.parse(out === '' ? error : out) as never;
    },
    async close() {
      vi.unstubAllEnvs();
      rmSync(home, { recursive: true, force: true });
      await plant.close();
    },
  };
}

async function gendan(...argv: string[]): Promise<Run> {
  const written = { out: '', error: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.error += String(text)), true)),
  ];
  try {
    return { exit: await runCli(argv), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
