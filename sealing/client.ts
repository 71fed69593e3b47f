import { Client, type ClientOptions, type WorkflowClientInterceptor } from '@temporalio/client';
import { type CodecOptions, nothingPlain, type Sealer } from './codec.js';
import { forUpdate } from './marks.js';

/** Names in each update, inside the seal, the id that it is sent with. */
const bindsUpdates: WorkflowClientInterceptor = {
  startUpdate: (input, next) => next({ ...input, args: [...input.args, forUpdate(required(input.options.updateId))] }),
  startUpdateWithStart: (input, next) =>
    next({ ...input, updateArgs: [...input.updateArgs, forUpdate(required(input.updateOptions.updateId))] }),
};

function required(updateId: string | undefined): string {
  if (updateId === undefined) throw new RangeError('an update has an id of its own');
  return updateId;
}

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
