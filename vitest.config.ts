import { defineConfig } from 'vitest/config';

const withServers = ['workflows', 'client', 'dispatch', 'db', 'faults', 'replay', 'web'];
const servers = withServers.map((folder) => `tests/${folder}/**/*.test.ts`);

/** Ends what hangs; how long a test takes is not looked at, since machines are busy. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 30_000 } } };

/**
 * Three kinds of tests: pure ones, which need no server; those that share one PostgreSQL and one Temporal for the whole run; and those of
 * the embedded servers, which start their own.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['tests/**/*.test.ts', 'web/**/*.test.ts'],
          exclude: [...servers, 'tests/embedded/**', '**/node_modules/**'],
          ...patience,
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: servers,
          globalSetup: ['tests/support/global-setup.ts'],
          ...patience,
        },
      },
      {
        extends: true,
        test: { name: 'embedded', include: ['tests/embedded/**/*.test.ts'], ...patience },
      },
    ],
  },
});
