import type { Connection } from '@temporalio/client';
import { StartupError } from './startup-error.js';

/** The oldest Temporal server that has all Gendan uses: pinned worker deployments, and time skipping for practice and tests. */
export const neededTemporal = '1.32';

/** The server version in what `temporal --version` prints, such as `temporal version 1.8.2 (Server 1.32.1, UI 2.50.1)`; undefined if none. */
export function serverVersionOf(printed: string): string | undefined {
  return /\(Server (\d+\.\d+[^,)\s]*)/.exec(printed)?.[1];
}

/** Whether a server version such as `1.32.1` or `1.33.0-rc.1` is at least `needed`. An unreadable version is not. */
export function isRecentEnough(version: string, needed: string = neededTemporal): boolean {
  const found = numbersOf(version);
  const least = numbersOf(needed);
  if (found === undefined || least === undefined) return false;
  return found.major > least.major || (found.major === least.major && found.minor >= least.minor);
}

function numbersOf(version: string): { major: number; minor: number } | undefined {
  const parts = /^v?(\d+)\.(\d+)/.exec(version.trim());
  return parts === null ? undefined : { major: Number(parts[1]), minor: Number(parts[2]) };
}

/**
 * Refuses a server that is too old. Gives its version back.
 * @throws StartupError TEMPORAL_TOO_OLD
 */
export async function assertTemporalVersion(connection: Connection): Promise<string> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  const found = serverVersion || 'unknown';
  if (!isRecentEnough(found)) throw new StartupError('TEMPORAL_TOO_OLD', { found, needed: neededTemporal });
  return found;
}
