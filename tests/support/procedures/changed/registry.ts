import { type MovingDesk, takeFragile, takeOrder, takePosting } from '../moving/procedures.js';

/** The next release: one reviewer more, and the bug mended. */
export const registry = {
  order: (desk: MovingDesk) => takeOrder(desk, ['technical']),
  posting: takePosting,
  fragile: (desk: MovingDesk) => takeFragile(desk, true),
};
