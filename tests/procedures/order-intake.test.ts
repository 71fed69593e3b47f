import { describe, expect, it } from 'vitest';
import { hashOf } from '../../domain/canonical-json.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { Order } from '../../domain/orders/order.js';
import { example, IntakePlay, intakePolicy } from '../support/hehe-play.js';

/** What stories/hehe/order-intake.yaml cannot tell: what is asked again and what is not, by kind of amendment; how contents are kept. */
const policy = await intakePolicy();
const { contact: _contact, ...rods } = example('connecting-rods');
const order: Order = { ...rods, lines: rods.lines.slice(0, 3) };
const play = (subject: Order = order): IntakePlay => new IntakePlay(policy, subject).read();
/** What was entered in the trade books: quantities by line, each time. */
const entered = (one: IntakePlay) => {
  // An order without an address is shown as it came: SQL has it already.
  const contents = Object.assign({ [hashOf(order as unknown as Json)]: order }, ...one.ledger.map((row) => row.contents)) as Record<
    string,
    Order | undefined
  >;
  return one.ledger.flatMap(({ notice }) =>
    notice?.to === 'order-books' ? [contents[notice.shown]?.lines.map(({ id, quantity }) => `${id}: ${quantity}`)] : [],
  );
};

describe('HH-B4 what is entered', () => {
  it('is told to the trade books, once for each content, without a content of its own where all of the order is entered', () => {
    const one = play().until('review/1/joint-review');
    expect(entered(one)).toEqual([['1: 1200', '2: 1200', '3: 600']]);
    const row = one.ledger.find(({ notice }) => notice?.to === 'order-books');
    expect(row?.contents).toBeUndefined();
    one.amend({ lines: { 2: { quantity: 800 } } }).until('review/1/joint-review');
    expect(entered(one).slice(1)).toEqual([['1: 1200', '2: 800', '3: 600']]);
  });
});

describe('an amendment after the reply', () => {
  /** Steps that are asked again, in the order in which they come, until the order is followed as before. */
  const askedAgain = (patch: JsonObject): readonly string[] => {
    const one = play().until('track');
    const before = new Set(one.ledger.map(({ task }) => task?.id));
    one.amend(patch).until('track');
    const opened = new Map(
      one.ledger.flatMap(({ task }) => (task === undefined || before.has(task.id) ? [] : [[task.id, task] as const])).reverse(),
    );
    return [...opened.values()]
      .map(({ step, lines }) => (lines === undefined ? step : `${step} ${lines.join()}`))
      .filter((step) => step !== 'track');
  };
  const looked = ['initial-review', 'enter-order', 'joint-review'];

  it.each([
    [
      'the quantity of a line: all look at the order again, PMC dates that line alone',
      { lines: { 2: { quantity: 77 } } },
      [...looked, 'production-points', 'pass-to-pmc', 'command-production', 'delivery-date 2', 'written-reply'],
    ],
    ['a price: production does not see it', { lines: { 2: { unitPriceMinor: 470 } } }, [...looked, 'written-reply']],
    ['remarks: they are part of the order, and of nothing later', { remarks: 'cartons of 50' }, looked],
    ['the language of the reply: no step shows it', { language: 'en' }, []],
    [
      'a line that is taken out: no other line is dated again',
      { lines: { 2: null } },
      [...looked, 'production-points', 'pass-to-pmc', 'command-production', 'written-reply'],
    ],
  ] as const)('of %s', (_what, patch, steps) => {
    expect(askedAgain(patch as JsonObject).toSorted()).toEqual([...steps].toSorted());
  });
});
