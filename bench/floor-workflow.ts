import { condition, defineUpdate, setHandler, sleep } from '@temporalio/workflow';

/** Completes the floor's current task: three of them end the order. Returns how many are done. */
export const complete = defineUpdate<number, [{ readonly step: string; readonly data: string }]>('complete');

/** F1, the floor: what Temporal itself costs for three tasks under a durable 48-hour deadline. No inbox, no rules, no rows; hand-written. */
export async function floorOrder(order: { readonly note: string }): Promise<string> {
  const done: string[] = [];
  let late = false;
  setHandler(complete, ({ data }) => done.push(data));
  void sleep('48 hours').then(() => {
    late = true;
  });
  await condition(() => done.length === 3 || late);
  return late ? 'late' : `replied to ${order.note.length}`;
}
