import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Keyring } from './keys.js';
import { forUpdate, unsealedMark } from './marks.js';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const version = 'gendan-sealed-1';
const encoding = 'binary/gendan-sealed';
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** What was in Temporal before messages were sealed: such a payload is opened as it is, in its own case, and for the updates alone that it was sent with. */
export interface PlainBefore {
  /** The ids of the updates it was sent with, none where it came with something else; undefined: it is not of that time. */
  find(caseId: string, hash: string): Promise<readonly string[] | undefined>;
}

/** Of an installation that has sealed from its first day. */
export const nothingPlain: PlainBefore = { find: () => Promise.resolve(undefined) };

/** Why something was not opened. */
export type Unopened = 'plain' | 'key-unknown' | 'not-authentic';

/** Something that no program of this installation has sealed for where it was found. */
export class UnsealedError extends Error {
  override readonly name = 'UnsealedError';
  readonly caseId: string;
  readonly why: Unopened;
  constructor(caseId: string, why: Unopened) {
    super(`UNSEALED (${why})`);
    this.caseId = caseId;
    this.why = why;
  }
}

export interface CodecOptions {
  readonly plainBefore: PlainBefore;
  /** Told of each payload that was refused. */
  readonly onRefused?: (caseId: string, why: Unopened) => void;
}

/** Makes the codecs of both sides. */
export interface Sealer {
  /** The keys it has, the one that seals first. */
  readonly keyIds: readonly string[];
  /** Of a client: an answer that is not sealed is an UnsealedError. */
  clientCodec(options: CodecOptions): PayloadCodec;
  /**
   * Of a worker: what is not sealed is given on as a mark, which the guard of the workflow (guard.ts) and the activities refuse. Throwing here
   * would fail the whole workflow task, again and again: one forged message would stop its case.
   */
  workerCodec(options: CodecOptions): PayloadCodec;
}

export function createSealer(keys: Keyring): Sealer {
  return {
    keyIds: keys.ids,
    clientCodec: (options) => new SealingCodec(keys, options, true),
    workerCodec: (options) => new SealingCodec(keys, options, false),
  };
}

/** Where a payload belongs: what is authenticated with it, so that it opens nowhere else. */
interface Place {
  readonly namespace: string;
  /** The workflow id; empty where Temporal names none, which is of no case. */
  readonly caseId: string;
  readonly activity: string | null;
}

/**
 * Seals each payload with AES-256-GCM under the key of its case. Authenticated with it: namespace, case, the activity where it is one's, and its
 * place among the payloads that were sealed together, so that the parts of two messages cannot be put together to a third.
 */
class SealingCodec implements PayloadCodec {
  private readonly keys: Keyring;
  private readonly options: CodecOptions;
  private readonly strict: boolean;

  constructor(keys: Keyring, options: CodecOptions, strict: boolean) {
    this.keys = keys;
    this.options = options;
    this.strict = strict;
  }

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const place = placeOf(context);
    const { id } = this.keys.seals;
    const key = this.keys.of(id, place.namespace, place.caseId) as Buffer;
    const nonces = payloads.map(() => randomBytes(nonceBytes));
    return payloads.map((payload, index) => {
      const nonce = nonces[index] as Buffer;
      const sealing = createCipheriv(cipher, key, nonce).setAAD(boundTo(place, nonces, index));
      const sealed = Buffer.concat([sealing.update(PayloadMessage.encode(payload).finish()), sealing.final()]);
      return {
        metadata: { encoding: Buffer.from(encoding), key: Buffer.from(id) },
        data: Buffer.concat([nonce, sealing.getAuthTag(), sealed]),
      };
    });
  }

  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const place = placeOf(context);
    const nonces = payloads.map(({ data }) => Buffer.from(data ?? []).subarray(0, nonceBytes));
    const opened: Payload[] = [];
    for (const [index, payload] of payloads.entries()) {
      const found = isSealed(payload) ? this.open(payload, place, nonces, index) : await this.openPlain(payload, place);
      opened.push(...(typeof found === 'string' ? this.refuse(place.caseId, found) : found));
    }
    return opened;
  }

  private open(payload: Payload, place: Place, nonces: readonly Buffer[], index: number): readonly Payload[] | Unopened {
    const key = this.keys.of(textOf(payload.metadata?.['key']), place.namespace, place.caseId);
    if (key === undefined) return 'key-unknown';
    const data = Buffer.from(payload.data ?? []);
    if (data.length < nonceBytes + tagBytes) return 'not-authentic';
    try {
      const opening = createDecipheriv(cipher, key, data.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(boundTo(place, nonces, index))
        .setAuthTag(data.subarray(nonceBytes, nonceBytes + tagBytes));
      const plain = Buffer.concat([opening.update(data.subarray(nonceBytes + tagBytes)), opening.final()]);
      const { metadata, data: content } = PayloadMessage.decode(plain);
      return [{ metadata, data: content }];
    } catch {
      return 'not-authentic';
    }
  }

  private async openPlain(payload: Payload, { caseId }: Place): Promise<readonly Payload[] | Unopened> {
    const updates = await this.options.plainBefore.find(caseId, plainHash(payload));
    if (updates === undefined) return 'plain';
    return updates.length === 0 ? [payload] : [payload, json(forUpdate(updates))];
  }

  private refuse(caseId: string, why: Unopened): readonly Payload[] {
    this.options.onRefused?.(caseId, why);
    if (this.strict) throw new UnsealedError(caseId, why);
    return [json(unsealedMark)];
  }
}

function placeOf(context: SerializationContext | undefined): Place {
  if (context === undefined) return { namespace: '', caseId: '', activity: null };
  const { namespace, workflowId = '' } = context;
  return { namespace, caseId: workflowId, activity: context.type === 'activity' ? (context.activityId ?? '') : null };
}

/** The first nonce names the message that a payload is a part of. */
function boundTo({ namespace, caseId, activity }: Place, nonces: readonly Buffer[], index: number): Buffer {
  const message = index === 0 ? null : (nonces[0] as Buffer).toString('base64');
  return Buffer.from(JSON.stringify([version, namespace, caseId, activity, index, nonces.length, message]));
}

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
const json = (value: object): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});

/** Whether a payload says that it is sealed; whether it is, only opening it tells. */
export const isSealed = (payload: Payload): boolean => textOf(payload.metadata?.['encoding']) === encoding;

/** The name of a payload that was never sealed. */
export function plainHash({ metadata, data }: Payload): string {
  return createHash('sha256')
    .update(textOf(metadata?.['encoding']))
    .update('\0')
    .update(data ?? new Uint8Array())
    .digest('hex');
}
