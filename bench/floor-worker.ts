import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { serveBench } from './child.js';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The floor's worker process. */
await serveBench<{ readonly temporalAddress: string; readonly taskQueue: string }>(async ({ temporalAddress, taskQueue }) => {
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('floor-workflow.ts', import.meta.url)),
    maxCachedWorkflows: 1000,
  });
  const done = worker.run();
  return {
    ready: {},
    stop: async () => {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
});
