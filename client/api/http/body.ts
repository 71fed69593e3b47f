import type { Json } from '../../../domain/json.js';
import type { RequestContext } from './context.js';
import { Problem } from './problem.js';

/** The largest body, in bytes. */
export const bodyLimit = 1_048_576;

/** The deepest nesting of a body: neither check nor hash must run out of stack. */
const depthLimit = 64;

/**
 * The JSON body of a request. The size is watched as it arrives, so that a larger body is never held in memory.
 * @throws Problem CONTENT_TYPE_UNSUPPORTED, BODY_TOO_LARGE, ENCODING_INVALID, JSON_INVALID, FIELD_INVALID or FIELD_UNKNOWN
 */
export async function readJson(c: RequestContext): Promise<Json> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) throw new Problem('CONTENT_TYPE_UNSUPPORTED');
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw new Problem('ENCODING_INVALID');
  return parseJson(decode(await readMessage(c)));
}

/**
 * The body of a request as it came.
 * @throws Problem BODY_TOO_LARGE
 */
export async function readMessage(c: RequestContext): Promise<Uint8Array> {
  if (Number(c.req.header('content-length') ?? 0) > bodyLimit) throw tooLarge();
  const bytes = await readBytes(c.req.raw.body);
  c.set('bodyTaken', true);
  return bytes;
}

const tooLarge = (): Problem => new Problem('BODY_TOO_LARGE', { values: { limit: bodyLimit } });

async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body === null) return new Uint8Array();
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > bodyLimit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('ENCODING_INVALID');
  }
}

/**
 * Parses JSON that every store and every object can hold.
 * @throws Problem JSON_INVALID with line and column, both from 1; FIELD_INVALID or FIELD_UNKNOWN with the JSON pointer
 */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    const position = jsonErrorOffset(text);
    const before = text.slice(0, position).split('\n');
    throw new Problem('JSON_INVALID', { values: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, position } });
  }
  inspect(value, '', depthLimit);
  return value;
}

/** Text that PostgreSQL cannot hold: U+0000, or half of a surrogate pair. */
const unstorable = /[\u0000\ud800-\udfff]/u;

function inspect(value: Json, field: string, depth: number): void {
  if (typeof value === 'string' && unstorable.test(value)) throw invalid(field, 'pattern');
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(field, 'number');
  if (value === null || typeof value !== 'object') return;
  if (depth === 0) throw invalid(field, 'invalid');
  for (const [name, member] of Object.entries(value)) {
    const inner = `${field}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (name === '__proto__' || unstorable.test(name)) throw new Problem('FIELD_UNKNOWN', { field: inner, values: { field: inner } });
    inspect(member, inner, depth - 1);
  }
}

function invalid(field: string, rule: string): Problem {
  return new Problem('FIELD_INVALID', { field, values: { field, rule } });
}

/**
 * Where a text stops being JSON: the offset of the first character that cannot be there, or the length when the text just ends too early.
 * Run only on text that `JSON.parse` refused, whose own messages name a position or not, by version and by kind of error.
 */
export function jsonErrorOffset(text: string): number {
  let at = 0;
  const skip = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1;
  };
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return false;
    at += found[0].length;
    return true;
  };
  const word = (expected: string): boolean => {
    for (const letter of expected) {
      if (text[at] !== letter) return false;
      at += 1;
    }
    return true;
  };
  const string = (): boolean => {
    take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    return word('"');
  };
  const value = (): boolean => {
    skip();
    const first = text[at] ?? '';
    if (first === '{') return sequence('}', () => string() && colon() && value());
    if (first === '[') return sequence(']', value);
    if (first === '"') return string();
    if (first === 't') return word('true');
    if (first === 'f') return word('false');
    if (first === 'n') return word('null');
    return take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  };
  const colon = (): boolean => {
    skip();
    return word(':');
  };
  const sequence = (end: string, item: () => boolean): boolean => {
    at += 1;
    skip();
    if (text[at] === end) return word(end);
    for (;;) {
      skip();
      if (!item()) return false;
      skip();
      if (text[at] === end) return word(end);
      if (!word(',')) return false;
    }
  };
  try {
    if (value()) skip();
  } catch (error) {
    // Nested deeper than the stack: the place reached is as good as any.
    if (!(error instanceof RangeError)) throw error;
  }
  return at;
}
