import { afterAll, beforeAll, it } from 'vitest';
import { deploymentName } from '../../workflows/engine/contract.js';
import { Plant } from '../support/plant.js';

let plant: Plant;
beforeAll(async () => {
  plant = await Plant.start();
});
afterAll(() => plant.close());

/** Cases that Temporal itself lists, as its command line and its pages do. */
async function listed(query: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { workflowId } of plant.client.workflow.list({ query })) found.push(workflowId);
  return found.toSorted();
}

it('an operator finds cases in Temporal by company, procedure, number, implementation, edition and status without attributes of our own', async () => {
  const open = await plant.begin('desk', 'tests', 'three-tasks', { note: 'open' });
  const ended = await plant.begin('desk', 'tests', 'three-tasks', { note: 'ended' });
  for (const step of ['desk', 'planner', 'pmc']) await plant.complete(step, ended, step);
  const number = open.split(':').at(-1)!;
  const both = [open, ended].toSorted();
  const queries = {
    [`WorkflowId STARTS_WITH 'tests:'`]: both,
    [`WorkflowId STARTS_WITH 'tests:three-tasks:'`]: both,
    [`WorkflowId STARTS_WITH 'tests:other:'`]: [],
    [`WorkflowId = 'tests:three-tasks:${number}'`]: [open],
    [`WorkflowType = 'threeTasks' AND ExecutionStatus = 'Running'`]: [open],
    [`WorkflowType = 'threeTasks' AND ExecutionStatus = 'Completed'`]: [ended],
    [`TemporalWorkerDeploymentVersion = '${deploymentName}:${plant.workers.edition}'`]: both,
    [`TemporalWorkerDeploymentVersion = '${deploymentName}:e000000000000'`]: [],
  };
  for (const [query, cases] of Object.entries(queries))
    await plant.until(
      () => listed(query),
      (found) => String(found) === String(cases),
    );
});
