import { randomUUID } from 'node:crypto';
import { Client, type ClientOptions, type WorkflowClientInterceptor } from '@temporalio/client';
import { type CodecOptions, nothingPlain, type Sealer } from './codec.js';
import { forUpdate } from './marks.js';

/** Names in each update, inside the seal, the id that it is sent with. */
const bindsUpdates: WorkflowClientInterceptor = {
  startUpdate(input, next) {
    const updateId = input.options.updateId ?? randomUUID();
    return next({ ...input, options: { ...input.options, updateId }, args: [...input.args, forUpdate(updateId)] });
  },
  startUpdateWithStart(input, next) {
    const updateId = input.updateOptions.updateId ?? randomUUID();
    return next({
      ...input,
      updateOptions: { ...input.updateOptions, updateId },
      updateArgs: [...input.updateArgs, forUpdate(updateId)],
    });
  },
};

export type SealedClientOptions = Pick<ClientOptions, 'connection' | 'namespace'> &
  Partial<CodecOptions> & {
    readonly sealer: Sealer;
    readonly interceptors?: readonly WorkflowClientInterceptor[];
  };

/** A client of Temporal whose messages are sealed, and that reads nothing else. */
export function sealedClient({ connection, namespace, sealer, interceptors = [], ...options }: SealedClientOptions): Client {
  return new Client({
    ...(connection === undefined ? {} : { connection }),
    ...(namespace === undefined ? {} : { namespace }),
    dataConverter: { payloadCodecs: [sealer.clientCodec({ plainBefore: nothingPlain, ...options })] },
    interceptors: { workflow: [bindsUpdates, ...interceptors] },
  });
}
