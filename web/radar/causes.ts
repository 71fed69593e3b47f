import type { Operations } from '../api/types.js';

export type Cause = NonNullable<Operations['GET /api/v1/radar']['query']['cause']>;

/** Every cause of the radar, with what people can do something about first. */
const causes: Readonly<Record<Cause, true>> = {
  overdue: true,
  deadline: true,
  'no-candidate': true,
  'all-away': true,
  held: true,
  'order-not-booked': true,
  'effect-failing': true,
  'effect-waiting': true,
  'mail-bounced': true,
  'notice-undelivered': true,
  'unbound-report': true,
  'calendar-year-missing': true,
  faulted: true,
  'edition-not-served': true,
  'edition-mismatch': true,
  'projection-behind': true,
  'sql-ahead': true,
  'workflow-missing': true,
  'workflow-failing': true,
  'command-stuck': true,
  'command-expired': true,
  'decision-unjournalled': true,
  'message-unsealed': true,
};

export const isCause = (value: unknown): value is Cause => typeof value === 'string' && Object.hasOwn(causes, value);

/** The cause that an address names. */
export const causeOf = (search: Readonly<Record<string, unknown>>): { readonly cause?: Cause } =>
  isCause(search['cause']) ? { cause: search['cause'] } : {};
