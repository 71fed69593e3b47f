import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Plant } from '../support/plant.js';

let plant: Plant;
beforeAll(async () => {
  plant = await Plant.start();
});
afterAll(() => plant.close());

describe('three tasks one after another', () => {
  it('when all are answered in time, then the case closes and its workflow ends', async () => {
    const id = await plant.begin('desk', 'tests', 'three-tasks', { note: 'a' });
    expect(await plant.open(id)).toEqual(['desk']);
    for (const step of ['desk', 'planner', 'pmc']) expect((await plant.complete(step, id, step, { outcome: 'done' })).status).toBe(200);
    expect(await plant.client.workflow.getHandle(id).result()).toBe('replied');
  });
  it('when a task is late, then it is on the radar and can still be answered', async () => {
    const id = await plant.begin('desk', 'tests', 'three-tasks', { note: 'b' });
    await plant.forward(id, 5 * 3600);
    const radar = await plant.until(
      () => plant.ask('desk', 'GET', '/radar'),
      ({ body }) => JSON.stringify(body).includes(id),
    );
    expect(JSON.stringify(radar.body)).toContain('overdue');
    expect((await plant.complete('desk', id, 'desk', { outcome: 'done' })).status).toBe(200);
  });
});
