import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../domain/json.js';
import type { EffectPort, Outside } from '../../ports/outside.js';

/** What was done to the outside system, in order. */
export interface Deed {
  readonly at: number;
  readonly caseId: string;
  readonly key: string;
  readonly what: 'do' | 'revise' | 'undo';
  readonly input: Json;
}

/**
 * A system that effects change, kept in a file, so that it outlives every process. A deed is one appended line, and thus whole or not there
 * (a line that a kill cut off is no deed).
 */
export function fileOutside(file: string): Outside {
  const port: EffectPort = {
    find: async ({ idempotencyKey }) => {
      const found = deedsIn(file).find(({ key }) => key === idempotencyKey);
      return found === undefined ? undefined : { deed: found.key };
    },
    do: async (input, { caseId, idempotencyKey }) => deed(file, { caseId, key: idempotencyKey, what: 'do', input }),
    revise: async (_standing, input, { caseId, idempotencyKey }) => deed(file, { caseId, key: idempotencyKey, what: 'revise', input }),
    undo: async (standing, { caseId, idempotencyKey }) => {
      await deed(file, { caseId, key: idempotencyKey, what: 'undo', input: standing.input });
    },
  };
  return { effects: { post: port, send: port, reserve: port }, readings: {} };
}

/** Done, and some time later told: a worker that is killed in between leaves a deed that nobody has heard of. */
async function deed(file: string, what: Omit<Deed, 'at'>): Promise<Json> {
  await sleep(60);
  appendFileSync(file, `${JSON.stringify({ at: Date.now(), ...what })}\n`);
  await sleep(200);
  return { deed: what.key };
}

/** All deeds so far. */
export function deedsIn(file: string): readonly Deed[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Deed];
      } catch {
        return [];
      }
    });
}
