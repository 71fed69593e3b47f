import { describe, expect, it } from 'vitest';
import { hashOf } from '../../domain/canonical-json.js';
import { sendReplyInput } from '../../domain/documents/reply.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { Order } from '../../domain/orders/order.js';
import { carriedOut } from '../support/carried-out.js';
import { agreeing, example, IntakePlay, intakePolicy } from '../support/hehe-play.js';

const policy = await intakePolicy();
const { contact: _contact, ...rods } = example('connecting-rods');
const order: Order = { ...rods, lines: rods.lines.slice(0, 3) };
const play = (subject: Order = order): IntakePlay => new IntakePlay(policy, subject).read();
const shownOf = (one: IntakePlay, key: string): never => {
  const { shown } = one.task(key);
  return one.ledger.map(({ contents }) => contents?.[shown]).find((content) => content !== undefined) as never;
};
const replyIn = (one: IntakePlay) => {
  const shown = one.ledger.findLast(({ notice }) => notice?.notice === 'order-reply')?.notice?.shown ?? '';
  return one.ledger.map(({ contents }) => contents?.[shown]).find((content) => content !== undefined);
};
/** What the customer was told. */
const told = (one: IntakePlay) =>
  one.ledger.flatMap(({ notice }) => (notice?.to === 'customer' ? [[notice.notice, notice.correction]] : []));
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

describe('HH-B2 initial review', () => {
  it('when the books disagree, then the review shows each finding with its line', () => {
    const one = new IntakePlay(policy, order).read({ ...agreeing(order), customer: null, catalogue: {} });
    expect(one.open).toEqual(['review/1/initial-review']);
    expect(shownOf(one, 'review/1/initial-review')).toMatchObject({
      findings: [
        { id: 'customer-unknown', code: 'CUSTOMER_UNKNOWN' },
        { id: 'code-unknown:1', line: '1' },
        { id: 'code-unknown:2', line: '2' },
        { id: 'code-unknown:3', line: '3' },
      ],
    });
  });

  it('when the books cannot be asked for good, then a person is asked, and the review waits', () => {
    const one = new IntakePlay(policy, order);
    one.failed('review/1/order-books');
    expect(one.open).toEqual(['review/1/order-books!repair']);
    one.complete('review/1/order-books!repair', { outcome: 'done-by-hand' });
    expect(shownOf(one, 'review/1/initial-review')).toMatchObject({ findings: [{ code: 'NOT_CHECKED' }] });
  });

  it('when a problem was settled, then the books are asked anew and the order is reviewed again (HH-B3)', () => {
    const one = play().complete('review/1/initial-review', { outcome: 'problem', problems: 'line 2' }).usually('review/1/clarify');
    expect(one.open).toEqual([]);
    expect(one.read().open).toEqual(['review/2/initial-review']);
  });
});

describe('HH-B4 what is entered', () => {
  it('is told to the trade books, once for each content, without a content of its own where all of the order is entered', () => {
    const one = play().until('review/1/joint-review');
    expect(entered(one)).toEqual([['1: 1200', '2: 1200', '3: 600']]);
    const row = one.ledger.find(({ notice }) => notice?.to === 'order-books');
    expect(row?.contents).toBeUndefined();
    one.amend({ lines: { 2: { quantity: 800 } } }).until('review/1/joint-review');
    expect(entered(one).slice(1)).toEqual([['1: 1200', '2: 800', '3: 600']]);
  });

  it('leaves out what is not placed yet, which is told when it is entered', () => {
    const one = play()
      .until('review/1/enter-order')
      .complete('review/1/enter-order', { outcome: 'entered-in-part', notPlaced: ['2', '3'] });
    one.usually('review/1/joint-review').until('unplaced/1/follow-unplaced');
    one.complete('unplaced/1/follow-unplaced', { outcome: 'placed', placed: ['3'], answer: 'from Monday' });
    one.usually('unplaced/1/entry/1/enter-part');
    expect(entered(one)).toEqual([['1: 1200'], ['3: 600']]);
  });
});

describe('an amendment after the reply', () => {
  /** Steps that are asked again, in the order in which they come, until the order is followed as before. */
  const askedAgain = (patch: JsonObject): readonly string[] => {
    const one = play().until('written-reply').usually('written-reply');
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

describe('who is written to', () => {
  it('when only the address changes, then nothing is reviewed again: the reply alone goes out anew', () => {
    const one = play({ ...order, contact: { name: 'Deng', email: 'deng@hongtai.example' } }).until('review/1/joint-review');
    const before = one.open;
    one.amend({ contact: { name: 'Deng', email: 'orders@hongtai.example' }, language: 'en' });
    expect(one.open).toEqual(before);
  });
});

describe('HH-B5 production points', () => {
  it('are learned beside the pass to PMC, and the written reply waits for them', () => {
    const one = play().until('pass-to-pmc');
    expect(one.open).toEqual(['pass-to-pmc', 'production-points']);
    for (const key of ['pass-to-pmc', 'command-production', 'delivery-date']) one.usually(key);
    expect(one.open).toEqual(['production-points']);
    // The 48 hours run from PMC's reply all the same (HH-B11).
    expect(one.ledger.flatMap(({ clock }) => (clock === undefined ? [] : [clock]))).toMatchObject([
      { clock: 'written-reply', state: 'running' },
    ]);
    expect(one.usually('production-points').open).toEqual(['moved-date', 'written-reply']);
    carriedOut(policy, one.ledger, 'HH-B5', 'HH-B8');
  });
});

describe('HH-B12 lines that are not placed yet', () => {
  const inPart = (): IntakePlay =>
    play()
      .until('review/1/enter-order')
      .complete('review/1/enter-order', { outcome: 'entered-in-part', notPlaced: ['2', '3'] });

  it('are followed while the others go on, and the reply names them', () => {
    const one = inPart().usually('review/1/joint-review');
    expect(one.open).toEqual(['pass-to-pmc', 'production-points', 'unplaced/1/follow-unplaced']);
    one.until('written-reply');
    expect(shownOf(one, 'written-reply')).toMatchObject({ lines: [{ id: '1' }], notPlaced: ['LJG-C20-800', 'LJG-C20-1200'] });
    expect(sendReplyInput.safeParse({ reply: replyIn(one.usually('written-reply')), language: 'zh', to: {} }).error).toBeUndefined();
  });

  it('when one is placed, then it is entered for itself (HH-B4), the other is still followed, and each part has its reply', () => {
    const one = inPart().usually('review/1/joint-review').until('written-reply').usually('written-reply');
    one.complete('unplaced/1/follow-unplaced', { outcome: 'placed', placed: ['3'], answer: 'from Monday' });
    expect(one.open).toEqual(['moved-date', 'unplaced/1/entry/1/enter-part', 'unplaced/1/unplaced/1/follow-unplaced']);
    one.until('unplaced/1/written-reply');
    expect(shownOf(one, 'unplaced/1/written-reply')).toMatchObject({ lines: [{ id: '3' }], notPlaced: ['LJG-C20-800'] });
    one
      .usually('unplaced/1/written-reply')
      .complete('unplaced/1/unplaced/1/follow-unplaced', { outcome: 'given-up', answer: 'understood' });
    expect(one.open).toContain('track');
    expect(one.usually('track').outcome).toEqual({ result: 'finished', dates: { 1: '2026-12-10', 3: '2026-12-10' } });
    expect(told(one).map(([notice]) => notice)).toEqual(['order-reply', 'unplaced-answer', 'order-reply', 'unplaced-answer']);
    carriedOut(policy, one.ledger, 'HH-A3', 'HH-B4', 'HH-B12');
  });

  it('when its entry has an error, then that part alone is entered again', () => {
    const one = inPart().usually('review/1/joint-review');
    one.complete('unplaced/1/follow-unplaced', { outcome: 'placed', placed: ['2', '3'], answer: 'both now' });
    one.usually('unplaced/1/entry/1/enter-part').complete('unplaced/1/entry/1/joint-review', { outcome: 'error', problems: 'groove' });
    expect(one.open).toEqual(['pass-to-pmc', 'production-points', 'unplaced/1/entry/2/enter-part']);
  });

  it('when nothing is placed at first, then nothing goes to PMC until something is', () => {
    const one = play().until('review/1/enter-order');
    one.complete('review/1/enter-order', { outcome: 'entered-in-part', notPlaced: ['1', '2', '3'] }).usually('review/1/joint-review');
    expect(one.open).toEqual(['unplaced/1/follow-unplaced']);
    one.complete('unplaced/1/follow-unplaced', { outcome: 'given-up', answer: 'closed' });
    expect(one.outcome).toEqual({ result: 'replied', dates: {} });
  });
});

describe('HH-A2 a date that moves after the reply', () => {
  const replied = (): IntakePlay => play().until('written-reply').usually('written-reply');
  const move = (one: IntakePlay, line: string, date: string) =>
    one.complete('moved-date', { outcome: 'moved', lines: { [line]: { date, cause: 'material-late' } } });

  it('brings a corrected reply, and the ledger of promises says why', () => {
    const one = move(replied(), '2', '2026-12-20');
    expect(one.open).toEqual(['moved-date', 'written-reply']);
    expect(one.suspended).toEqual(['track']);
    const row = one.ledger.findLast(({ body }) => body?.['promises'] !== undefined);
    expect(row?.body?.['promises']).toEqual([{ line: '2', date: '2026-12-20', cause: 'material-late' }]);
    one.usually('written-reply');
    expect(told(one)).toEqual([
      ['order-reply', false],
      ['order-reply', true],
    ]);
    expect(one.usually('track').outcome).toMatchObject({ dates: { 1: '2026-12-10', 2: '2026-12-20', 3: '2026-12-10' } });
    carriedOut(policy, one.ledger, 'HH-A2', 'HH-B10');
  });

  it('may move again, and back; each is told', () => {
    const one = move(replied(), '2', '2026-12-20').usually('written-reply');
    move(one, '2', '2026-12-10').usually('written-reply');
    expect(told(one)).toHaveLength(3);
    expect(one.usually('track').outcome).toMatchObject({ dates: { 2: '2026-12-10' } });
  });

  it('when the case ends with the reply by policy, then nothing is followed', () => {
    const one = new IntakePlay({ ...policy, values: { ...policy.values, 'follow-until': 'reply' } }, order);
    expect(one.until('written-reply').usually('written-reply').outcome).toMatchObject({ result: 'replied' });
  });
});

describe('HH-J a special line', () => {
  const special: Order = {
    ...order,
    lines: order.lines.map((line) => (line.id === '2' ? { ...line, special: { reference: 'A-7' } } : line)),
  };

  it('joins with drawing and sketch before production is commanded (HH-J1 … HH-J5, HH-B9)', () => {
    const one = play(special).until('pass-to-pmc');
    expect(one.open).toEqual(['pass-to-pmc', 'production-points', 'special:2/1/take-drawing']);
    one.usually('pass-to-pmc');
    for (const step of ['take-drawing', 'confirm-drawing', 'make-sketch', 'file-drawing']) one.usually(`special:2/1/${step}`);
    expect(one.open).toEqual(['hand-drawings', 'production-points']);
    one.usually('hand-drawings');
    expect(shownOf(one, 'command-production')).toMatchObject({ drawings: [{ line: '2', drawing: 'T-1', sketch: 'S-1', fileNo: 'F-1' }] });
    carriedOut(policy, one.ledger, 'HH-J1', 'HH-J3', 'HH-J4', 'HH-J5');
  });

  it('when it cannot be made so, then it is settled with the customer and drawn anew (HH-J2)', () => {
    const one = play(special).until('special:2/1/take-drawing').usually('special:2/1/take-drawing');
    one.complete('special:2/1/confirm-drawing', { outcome: 'not-feasible', reason: 'too thin' });
    one.usually('special:2/1/settle-drawing');
    expect(one.open).toContain('special:2/2/take-drawing');
    carriedOut(policy, one.ledger, 'HH-J2');
  });

  it('when it is taken off the order meanwhile, then nobody waits for its drawing', () => {
    const one = play(special)
      .until('special:2/1/take-drawing')
      .amend({ lines: { '2': null } });
    one.until('command-production');
    expect(one.task('command-production')).toBeDefined();
    expect(one.open).not.toContain('special:2/1/take-drawing');
  });
});

describe('HH-K a rush request', () => {
  const rush = { id: 'r1', kind: 'rush', text: 'site opens early', lines: ['2'], wanted: '2026-12-05' } as const;

  it('when it is feasible, then its lines are dated anew and the others stand (HH-K1, HH-K2)', () => {
    const one = play()
      .until('written-reply')
      .usually('written-reply')
      .amend({ requests: [rush] });
    expect(one.open).toEqual(['moved-date', 'request:r1/weigh-rush', 'track']);
    one.complete('request:r1/weigh-rush', { outcome: 'feasible', date: '2026-12-06' });
    one.complete('request:r1/relay-rush', { outcome: 'relayed', answer: 'by 6 December' });
    expect(one.task('delivery-date').lines).toEqual(['2']);
    one.dated('delivery-date', '2026-12-06', ['2']).usually('written-reply');
    expect(told(one)).toEqual([
      ['order-reply', false],
      ['request-answer', false],
      ['order-reply', true],
    ]);
    expect(one.usually('track').outcome).toMatchObject({ dates: { 1: '2026-12-10', 2: '2026-12-06' } });
    carriedOut(policy, one.ledger, 'HH-K1', 'HH-K2');
  });

  it('when it is not, then the customer is told and the order goes on as it was', () => {
    const one = play()
      .until('pass-to-pmc')
      .amend({ requests: [rush] });
    expect(one.open).toEqual(['pass-to-pmc', 'production-points', 'request:r1/weigh-rush']);
    one.complete('request:r1/weigh-rush', { outcome: 'not-feasible', reason: 'full' });
    one.complete('request:r1/relay-rush', { outcome: 'relayed', answer: 'not before the 10th' });
    expect(told(one)).toEqual([['request-answer', false]]);
    expect(one.open).toEqual(['pass-to-pmc', 'production-points']);
  });

  it('another request is relayed to its department and answered (HH-A4)', () => {
    const one = play().amend({ requests: [{ id: 'r2', kind: 'other', text: 'photos of the packing' }] });
    one.complete('request:r2/relay-request', { outcome: 'relayed', department: 'warehouse', answer: 'tomorrow' });
    carriedOut(policy, one.ledger, 'HH-A4');
    expect(told(one)).toEqual([['request-answer', false]]);
    expect(one.open).toEqual(['review/1/initial-review']);
  });
});

describe('an amendment of one line', () => {
  it('asks PMC for that line alone, and the answers that did not show it stand', () => {
    const one = play()
      .until('written-reply')
      .amend({ lines: { '2': { quantity: 77 } } });
    expect(one.open).toEqual(['review/1/initial-review']);
    one.until('delivery-date');
    expect(one.task('delivery-date').lines).toEqual(['2']);
  });
});
