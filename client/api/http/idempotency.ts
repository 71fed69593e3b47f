import * as z from 'zod';
import { hashOf } from '../../../domain/canonical-json.js';
import type { RequestContext } from './context.js';
import { Problem } from './problem.js';

/** The longest Idempotency-Key. */
export const keyLimit = 200;

/**
 * The Idempotency-Key of a request; undefined when there is none.
 * @throws Problem IDEMPOTENCY_KEY_INVALID
 */
export function keyOf(c: RequestContext): string | undefined {
  const key = c.req.header('idempotency-key')?.trim();
  if (key === undefined || key === '') return undefined;
  if (key.length > keyLimit || !/^[\x21-\x7e]+$/.test(key)) throw new Problem('IDEMPOTENCY_KEY_INVALID', { values: { limit: keyLimit } });
  return key;
}

/**
 * The Idempotency-Key of a decision.
 * @throws Problem IDEMPOTENCY_KEY_MISSING or IDEMPOTENCY_KEY_INVALID
 */
export function requireKey(c: RequestContext): string {
  const key = keyOf(c);
  if (key === undefined) throw new Problem('IDEMPOTENCY_KEY_MISSING');
  return key;
}

/**
 * A case's number: Latin letters, Chinese characters and digits, with `. _ -` between. `:`, `/` and `#` part the ids made from it. Letters of other
 * scripts look like Latin ones, so that two numbers would be told apart by nobody.
 */
export const caseNumber = z.string().regex(/^[A-Za-z0-9\p{Script=Han}](?:[A-Za-z0-9\p{Script=Han}._-]{0,62}[A-Za-z0-9\p{Script=Han}])?$/u);

/** `company:procedure:number`. */
export const caseIdFor = (company: string, procedure: string, number: string): string => `${company}:${procedure}:${number}`;

/** The case of a task: its id is `caseId/key#n`. */
export function caseIdOf({ id, key }: { readonly id: string; readonly key: string }): string {
  return id.slice(0, id.lastIndexOf(`/${key}#`));
}

/** A document of a case: `key@version`. */
export const documentIdFor = (key: string, version: number): string => `${key}@${version}`;

/** The parts of a document id; undefined when it is none. */
export function partsOfDocumentId(id: string): { readonly key: string; readonly version: number } | undefined {
  const found = /^(.+)@(\d{1,9})$/.exec(id);
  return found?.[1] === undefined ? undefined : { key: found[1], version: Number(found[2]) };
}

/** The id of a command: one decision of one actor, however often and through whichever process it is sent. */
export const commandIdFor = (actor: string, key: string): string => hashOf([actor, key]);
