import { createHash } from 'node:crypto';
import type { PayloadCodec } from '@temporalio/common';
import { createSealer, type Sealer } from '../sealing/codec.js';
import { Keyring } from '../sealing/keys.js';

const asItIs: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => Promise.resolve(payloads),
};

/** What the processes of the product's leg are started with. */
export interface OursSetting {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** `default` when absent. */
  readonly namespace?: string;
  /** Nothing is sealed: what sealing is compared with. No product runs so. */
  readonly sealing?: 'plain';
}

/** Seals as the product does, with one key for all processes of the bench, or not at all. */
export const benchSealer = (sealing?: 'plain'): Sealer =>
  sealing === 'plain'
    ? { keyIds: [], clientCodec: () => asItIs, workerCodec: () => asItIs }
    : createSealer(new Keyring([createHash('sha256').update('bench').digest()]));
