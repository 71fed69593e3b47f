import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const running = z.object({
  pid: z.number().int(),
  api: z.string(),
  databaseUrl: z.string(),
  temporalAddress: z.string(),
  namespace: z.string(),
  practice: z.boolean(),
});
/** What `gendan start` tells the other commands on this machine. Readable by its owner only: it names the database with its password. */
export type Running = z.infer<typeof running>;

const runningFile = (home: string): string => join(home, 'running.json');

/** Where the demo people's tokens are. */
export const tokensFile = (home: string): string => join(home, 'demo-tokens.json');

/** The Gendan that runs from this data folder; undefined when none does. */
export function readRunning(home: string): Running | undefined {
  const parsed = running.safeParse(readJson(runningFile(home)));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

/** Tells that one runs now; undefined that it has stopped. */
export function writeRunning(home: string, value: Running | undefined): void {
  if (value === undefined) rmSync(runningFile(home), { force: true });
  else writePrivate(home, runningFile(home), value);
}

/** Tokens of demo people by person. */
export function readTokens(home: string): Readonly<Record<string, string>> {
  const parsed = z.record(z.string(), z.string()).safeParse(readJson(tokensFile(home)));
  return parsed.success ? parsed.data : {};
}

export function writeTokens(home: string, tokens: Readonly<Record<string, string>>): void {
  writePrivate(home, tokensFile(home), tokens);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function writePrivate(home: string, file: string, value: object): void {
  mkdirSync(home, { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
