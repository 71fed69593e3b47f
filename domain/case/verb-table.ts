import { seatModes } from '../policy/seat-modes.js';
import type { RefusalCode } from './refusal.js';

/** What people do to a task and its seats. */
export const seatVerbs = [
  'complete',
  'reject',
  'return',
  'withdraw',
  'transfer',
  'delegate',
  'add-signer',
  'remove-signer',
  'skip',
] as const;
export type SeatVerb = (typeof seatVerbs)[number];

/** How a step is answered: by the one seat of its roles, line by line, as a repair, or by the seats of a mode. */
export const stepModes = ['single', 'lines', 'repair', ...seatModes] as const;
export type StepMode = (typeof stepModes)[number];

/**
 * How a task and the seat that is spoken of stand. `held`: clocks rest, which stops no decision. `left`: the others of its unit have said no.
 * `answered` and `ended`: the task, the whole case, is closed.
 */
export const standings = ['open', 'held', 'waiting', 'voted', 'left', 'removed', 'suspended', 'answered', 'ended'] as const;
export type Standing = (typeof standings)[number];

/** `done`: it is done, if what it names is right. `none`: that cannot come about. Else the code of the refusal. */
export type Ruling = 'done' | 'none' | RefusalCode;

const closed = { suspended: 'TASK_SUSPENDED', answered: 'TASK_CLOSED', ended: 'CASE_CLOSED' } as const;
const now = { open: 'done', held: 'done' } as const;
const filled = { voted: 'SEAT_CLOSED', left: 'SEAT_LEFT', removed: 'SEAT_CLOSED' } as const;
/** By whoever's turn it is. */
const inTurn = { ...now, ...filled, ...closed, waiting: 'SEAT_WAITING' } as const;
/** Also before its turn. */
const ahead = { ...inTurn, waiting: 'done' } as const;
const nothing = 'NOTHING_TO_WITHDRAW' as const;

const rulings: Record<SeatVerb, Record<Standing, Ruling>> = {
  complete: inTurn,
  reject: inTurn,
  return: inTurn,
  withdraw: { ...closed, open: nothing, held: nothing, waiting: nothing, left: nothing, removed: nothing, voted: 'done', answered: 'done' },
  transfer: ahead,
  delegate: inTurn,
  'add-signer': ahead,
  'remove-signer': ahead,
  skip: inTurn,
};

type Row = Partial<Record<Standing, Ruling>>;
const everywhere = (ruling: Ruling): Row => ({ open: ruling, held: ruling });
/** A step of one seat has no other standings until somebody adds a signer: then it is of mode `one`. */
const oneSeat: Row = { waiting: 'none', voted: 'none', left: 'none', removed: 'none' };
/** Where a mode differs, for all its verbs. The first "no" ends a step of mode `one`; a repair is withdrawn, never suspended. */
const modes: Partial<Record<StepMode, Row>> = {
  single: oneSeat,
  lines: oneSeat,
  repair: { ...oneSeat, suspended: 'none' },
  one: { left: 'none' },
};
const exceptions: Partial<Record<StepMode, Partial<Record<SeatVerb, Row>>>> = {
  single: { 'remove-signer': everywhere('LAST_SIGNER') },
  lines: {
    reject: everywhere('VERB_UNKNOWN'),
    skip: everywhere('VERB_UNKNOWN'),
    withdraw: everywhere('done'),
    delegate: everywhere('SEATS_FIXED'),
    'add-signer': everywhere('SEATS_FIXED'),
    'remove-signer': everywhere('LAST_SIGNER'),
  },
  repair: {
    ...Object.fromEntries(seatVerbs.filter((verb) => verb !== 'complete').map((verb) => [verb, everywhere('VERB_UNKNOWN')])),
    withdraw: { ...everywhere('VERB_UNKNOWN'), answered: 'TASK_CLOSED' },
  },
};

/** What comes of a verb on a seat, by the mode of its step and how both stand. */
export function rulingOn(verb: SeatVerb, mode: StepMode, standing: Standing): Ruling {
  return modes[mode]?.[standing] ?? exceptions[mode]?.[verb]?.[standing] ?? rulings[verb][standing];
}
