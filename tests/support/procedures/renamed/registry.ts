import { type MovingDesk, takeOrder } from '../moving/procedures.js';

/** A release in which the planner's and the PMC's steps are called otherwise. */
export const registry = {
  order: (desk: MovingDesk) => takeOrder(desk, [], { planner: 'scheduling', pmc: 'date-reply' }),
};
