import { Client, Connection } from '@temporalio/client';
import { startChild } from './child.js';
import { complete, type floorOrder } from './floor-workflow.js';
import { kilobyte, type Leg, steps } from './leg.js';

const taskQueue = 'bench-floor';

/** Leg F1: a bare Temporal workflow, driven by a Temporal client. */
export async function startFloor(temporalAddress: string): Promise<Leg> {
  const worker = await startChild(new URL('floor-worker.ts', import.meta.url), { temporalAddress, taskQueue });
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  const id = (number: string): string => `floor:${number}`;
  return {
    name: 'F1',
    processes: [{ name: 'worker', pid: worker.pid }],
    async order(number) {
      const handle = await client.workflow.start<typeof floorOrder>('floorOrder', {
        workflowId: id(number),
        taskQueue,
        args: [{ note: kilobyte }],
      });
      const hops: number[] = [];
      for (const step of steps) {
        const since = performance.now();
        await handle.executeUpdate(complete, { updateId: `${number}-${step}`, args: [{ step, data: kilobyte }] });
        hops.push(performance.now() - since);
      }
      return { hops, seen: hops, misses: 0 };
    },
    async events(number) {
      return (await client.workflow.getHandle(id(number)).describe()).historyLength;
    },
    async stop() {
      await connection.close();
      await worker.stop();
    },
  };
}
