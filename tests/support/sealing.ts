import { createHash } from 'node:crypto';
import type { Client, ClientOptions } from '@temporalio/client';
import { type SealedClientOptions, sealedClient } from '../../sealing/client.js';
import { createSealer } from '../../sealing/codec.js';
import { Keyring } from '../../sealing/keys.js';

/** A key of a name, the same in all processes of a test. */
export const testKey = (name: string): Buffer => createHash('sha256').update(name).digest();

/** What seals in tests, in all processes alike. */
export const testSealer = createSealer(new Keyring([testKey('tests')]));

/** A client as the product has it. */
export const testClient = (options: Pick<ClientOptions, 'connection' | 'namespace'> & Partial<SealedClientOptions>): Client =>
  sealedClient({ sealer: testSealer, ...options });
