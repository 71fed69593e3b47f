import { answer, exampleOrder, proceed } from '../../tests/support/hehe-orders.js';
import type { Plant } from '../../tests/support/plant.js';

/** Takes a case to its end; resolves to its id. */
export type Story = (plant: Plant) => Promise<string>;

/** Cases of order intake (HH-B). */
export const intakes: Readonly<Record<string, Story>> = {
  'same-time-intake-straight': async (plant) => {
    const id = await begin(plant, 'connecting-rods', 1);
    await proceed(plant, id);
    return id;
  },
  'same-time-intake-clarified-returned-amended': async (plant) => {
    const id = await begin(plant, 'code-name-mismatch', 2);
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'line 2: the name is not that of the code' });
    await proceed(plant, id, 'joint-review');
    await plant.sendBack('zhang-min', id, 'joint-review', 'enter-order');
    await proceed(plant, id, 'written-reply');
    await plant.amend('zhang-min', id, { lines: { '2': { quantity: 77 } } });
    await proceed(plant, id);
    return id;
  },
  'same-time-intake-not-accepted': async (plant) => {
    const id = await begin(plant, 'copied-stale', 1);
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'dates of March' });
    await answer(plant, id, 'clarify', { outcome: 'not-accepted', reason: 'no longer made' });
    return id;
  },
  'same-time-intake-in-part-special-rush-moved': async (plant) => {
    const { lines, ...order } = exampleOrder('connecting-rods', 3, 'in-part-special') as { readonly lines: readonly object[] };
    const special = lines.map((line, index) => (index === 1 ? { ...line, special: { reference: 'A-7' } } : line));
    const id = await plant.begin('chen-li', 'hehe', 'order-intake', { ...order, lines: special });
    await proceed(plant, id, 'enter-order');
    await answer(plant, id, 'enter-order', { outcome: 'entered-in-part', notPlaced: ['3'] });
    await proceed(plant, id, 'written-reply');
    await answer(plant, id, 'written-reply');
    await plant.complete('chen-li', id, 'follow-unplaced', { outcome: 'placed', placed: ['3'], answer: 'from Monday' });
    await proceed(plant, id, 'track');
    await plant.complete('wang-qiang', id, 'moved-date', { lines: { '2': { date: '2027-01-20', cause: 'material-late' } } });
    await proceed(plant, id, 'track');
    await plant.amend('zhang-min', id, { requests: [{ id: 'r1', kind: 'rush', text: 'site opens early', lines: ['1'] }] });
    await answer(plant, id, 'weigh-rush');
    await answer(plant, id, 'relay-rush');
    await proceed(plant, id);
    return id;
  },
  'same-time-intake-late': async (plant) => {
    const id = await begin(plant, 'connecting-rods', 1);
    await plant.forward(id, 7 * 86_400);
    await proceed(plant, id, 'written-reply');
    await plant.forward(id, 49 * 3_600);
    await proceed(plant, id);
    return id;
  },
};

const begin = (plant: Plant, example: string, lines: number): Promise<string> =>
  plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder(example, lines, `${example}-${lines}`));
