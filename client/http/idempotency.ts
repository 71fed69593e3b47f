import type { EdgeContext } from './edge.js';
import { Problem } from './problem.js';

/** The longest Idempotency-Key. */
export const keyLimit = 200;

/**
 * The Idempotency-Key of a request; undefined when there is none.
 * @throws Problem IDEMPOTENCY_KEY_INVALID
 */
export function keyOf(c: EdgeContext): string | undefined {
  const key = c.req.header('idempotency-key')?.trim();
  if (key === undefined || key === '') return undefined;
  if (key.length > keyLimit || !/^[\x21-\x7e]+$/.test(key)) throw new Problem('IDEMPOTENCY_KEY_INVALID', { values: { limit: keyLimit } });
  return key;
}

/**
 * The Idempotency-Key of a decision.
 * @throws Problem IDEMPOTENCY_KEY_MISSING or IDEMPOTENCY_KEY_INVALID
 */
export function requireKey(c: EdgeContext): string {
  const key = keyOf(c);
  if (key === undefined) throw new Problem('IDEMPOTENCY_KEY_MISSING');
  return key;
}
