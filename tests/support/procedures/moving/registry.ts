import { type MovingDesk, takeFragile, takeOrder, takePosting } from './procedures.js';

/** The release that cases begin with. */
export const registry = {
  order: (desk: MovingDesk) => takeOrder(desk, []),
  posting: takePosting,
  fragile: (desk: MovingDesk) => takeFragile(desk, false),
};
