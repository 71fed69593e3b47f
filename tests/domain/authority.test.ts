import { describe, expect, it, test } from 'vitest';
import { type AbsenceAsked, refuseAbsence } from '../../domain/authority/absence.js';
import { type About, type Circle, type Limits, type Member, type Substitution, worthOf } from '../../domain/authority/directory.js';
import { mayAct, type OpenSeat } from '../../domain/authority/may-act.js';
import type { StepPolicy } from '../../domain/policy/policy.js';

const at = 1_000_000;
const step = { outcomes: {}, fields: {}, returnTo: [], perLine: false, clauses: [] } as unknown as StepPolicy;
const member = (id: string, role: string, site?: string): Member => ({
  id,
  memberships: [{ company: 'hehe', role, ...(site === undefined ? {} : { site }) }],
});
const link = (person: string, substitute: string, limits: Limits = {}, window: Partial<Substitution> = {}): Substitution => ({
  id: `${person}/${substitute}`,
  person,
  substitute,
  from: at - 1,
  until: at + 1,
  limits,
  grantedBy: 'wu',
  ...window,
});
const about: About = { procedure: 'order-intake', startedBy: 'chen', customer: 'ACME', currency: 'CNY', amountMinor: 50_000 };
const planner: OpenSeat = { id: '1', candidates: [{ role: 'planner' }] };
const people = [member('wang', 'planner'), member('sun', 'clerk'), member('he', 'keeper'), member('luo', 'keeper'), member('di', 'keeper')];

/** `sun` asks, with these substitutions around. */
function ask(
  substitutions: readonly Substitution[],
  seat: OpenSeat = planner,
  changes: { readonly asker?: Member; readonly step?: object; readonly about?: About } = {},
) {
  const circle: Circle = { at, people, substitutions };
  const asker = changes.asker ?? member('sun', 'clerk');
  return mayAct({ ...asker, circle }, 'hehe', {
    on: 'task',
    verb: 'complete',
    seats: [seat],
    step: { ...step, ...changes.step },
    about: changes.about ?? about,
  });
}

describe('standing in', () => {
  it('when A is away and B stands in, then B acts for A, and the right names both', () => {
    expect(ask([link('wang', 'sun')])).toMatchObject({
      allowed: true,
      rule: 'role:planner',
      actingFor: 'wang',
      chain: [{ id: 'wang/sun' }],
    });
  });
  it('when B is away too, then C acts for A by way of B, within the limits of both', () => {
    const chain = [link('he', 'sun', { customers: ['ACME'] }), link('wang', 'he', { amountMinor: 50_000, currency: 'CNY' })];
    expect(ask(chain)).toMatchObject({ allowed: true, actingFor: 'wang', chain: [{ id: 'wang/he' }, { id: 'he/sun' }] });
    expect(ask(chain, planner, { about: { ...about, amountMinor: 50_001 } })).toMatchObject({ allowed: false, code: 'ABOVE_LIMIT' });
    expect(ask(chain, planner, { about: { ...about, customer: 'Hongtai' } })).toMatchObject({ allowed: false, code: 'OTHER_CUSTOMER' });
  });
  it('when the chain is longer than three links, then it does not reach', () => {
    const chain = [link('he', 'sun'), link('luo', 'he'), link('di', 'luo'), link('wang', 'di')];
    expect(ask(chain)).toMatchObject({ allowed: false, code: 'NOT_YOURS' });
    expect(ask(chain.slice(0, 3), { id: '1', candidates: [{ person: 'di' }] })).toMatchObject({ allowed: true, actingFor: 'di' });
  });
  it('when substitutions form a ring, then it ends where it began', () => {
    const ring = [link('wang', 'sun'), link('sun', 'wang'), link('he', 'wang')];
    expect(ask(ring)).toMatchObject({ allowed: true, actingFor: 'wang' });
    expect(ask(ring, { id: '1', candidates: [{ role: 'nobody' }] })).toMatchObject({ allowed: false, code: 'NOT_YOURS' });
  });
  it('when a person has a right of their own, then it goes before one that is lent', () => {
    const own = ask([link('wang', 'sun')], planner, { asker: member('sun', 'planner') });
    expect(own).toMatchObject({ allowed: true, rule: 'role:planner' });
    expect(own).not.toHaveProperty('actingFor');
  });
});

describe('why not', () => {
  const lent = (limits: Limits, window: Partial<Substitution> = {}): readonly Substitution[] => [link('wang', 'sun', limits, window)];
  test.each<[string, ReturnType<typeof ask>, string, object]>([
    ['another role', ask([]), 'NOT_YOURS', { roles: ['planner'] }],
    ['the window is over', ask(lent({}, { until: at })), 'OUTSIDE_WINDOW', { person: 'wang', until: at }],
    ['the window has not begun', ask(lent({}, { from: at + 1, until: at + 2 })), 'OUTSIDE_WINDOW', { from: at + 1 }],
    ['above the limit', ask(lent({ amountMinor: 49_999, currency: 'CNY' })), 'ABOVE_LIMIT', { limitMinor: 49_999, amountMinor: 50_000 }],
    ['another currency', ask(lent({ amountMinor: 99_999, currency: 'USD' })), 'ABOVE_LIMIT', { currency: 'USD' }],
    [
      'an amount that is not known',
      ask(lent({ amountMinor: 1, currency: 'CNY' }), planner, { about: { procedure: 'x' } }),
      'ABOVE_LIMIT',
      { limitMinor: 1 },
    ],
    ['another customer', ask(lent({ customers: ['Hongtai'] })), 'OTHER_CUSTOMER', { customers: ['Hongtai'] }],
    ['another procedure', ask(lent({ procedures: ['return'] })), 'OTHER_PROCEDURE', { procedures: ['return'] }],
    [
      'another site',
      ask([], { id: '1', candidates: [{ role: 'planner', site: 'foshan' }] }, { asker: member('sun', 'planner', 'zhaoqing') }),
      'OTHER_SITE',
      { site: 'foshan', sites: ['zhaoqing'] },
    ],
    [
      'one’s own order',
      ask([], { ...planner, excluded: ['chen'] }, { asker: member('chen', 'planner'), step: { notStarter: true } }),
      'OWN_ORDER',
      {},
    ],
    [
      'the order of the person away',
      ask(lent({}), { ...planner, excluded: ['wang'] }, { step: { notStarter: true }, about: { ...about, startedBy: 'wang' } }),
      'OWN_ORDER',
      { actingFor: 'wang' },
    ],
    [
      'decided on another step',
      ask([], { ...planner, excluded: ['sun'] }, { asker: member('sun', 'planner'), step: { differentFrom: ['review'] } }),
      'DECIDED_BY_YOU',
      { steps: ['review'] },
    ],
    ['not its turn', ask([], { ...planner, state: 'waiting' }, { asker: member('sun', 'planner') }), 'SEAT_WAITING', { seat: '1' }],
    [
      'somebody was first',
      ask([], { ...planner, state: 'done', by: 'wang', at: 5, verb: 'complete' }, { asker: member('sun', 'planner') }),
      'SEAT_CLOSED',
      { by: 'wang' },
    ],
    [
      'claimed',
      ask([], { ...planner, claimed: { by: 'wang', at: 7 } }, { asker: member('sun', 'planner') }),
      'CLAIMED',
      { by: 'wang', at: 7, seat: '1' },
    ],
  ])('%s', (_, authority, code, values) => {
    expect(authority).toMatchObject({ allowed: false, code, values });
  });
  it('at the limit exactly the right holds', () => {
    expect(ask(lent({ amountMinor: 50_000, currency: 'CNY' }))).toMatchObject({ allowed: true });
  });
});

describe('what an order is worth', () => {
  test.each<[string, object, object]>([
    [
      'the sum of its lines',
      {
        currency: 'CNY',
        lines: [
          { quantity: 3, unitPriceMinor: 5 },
          { quantity: 1, unitPriceMinor: 2 },
        ],
      },
      { currency: 'CNY', amountMinor: 17 },
    ],
    ['not known with one line unpriced', { lines: [{ quantity: 3, unitPriceMinor: 5 }, { quantity: 1 }] }, {}],
    ['its own amount', { customer: 'ACME', amountMinor: 9 }, { customer: 'ACME', amountMinor: 9 }],
    ['not known without lines', { lines: [] }, {}],
  ])('%s', (_, subject, worth) => {
    expect(worthOf(subject as never)).toEqual(worth);
  });
});

describe('entering an absence', () => {
  const asked: AbsenceAsked = { person: 'wang', from: at, until: at + 10, standIns: [{ person: 'sun', limits: {} }] };
  const around = { now: at, absences: [], substitutions: [], colleagues: ['wang', 'sun', 'he'] };
  test.each<[string, Partial<AbsenceAsked>, object, string | undefined, string?]>([
    ['nothing is wrong', {}, {}, undefined],
    ['it is over already', { from: at - 9, until: at }, {}, 'ABSENCE_PAST', '/until'],
    ['it ends before it begins', { from: at + 20 }, {}, 'ABSENCE_EMPTY', '/until'],
    ['it overlaps another', {}, { absences: [{ from: at + 9, until: at + 20 }] }, 'ABSENCE_OVERLAP', '/from'],
    ['it follows another', {}, { absences: [{ from: at + 10, until: at + 20 }] }, undefined],
    ['they stand in for themselves', { standIns: [{ person: 'wang', limits: {} }] }, {}, 'STAND_IN_SELF', '/standIns/0/person'],
    ['the same person twice', { standIns: [asked.standIns[0]!, asked.standIns[0]!] }, {}, 'STAND_IN_TWICE', '/standIns/1/person'],
    ['somebody from elsewhere', { standIns: [{ person: 'xu', limits: {} }] }, {}, 'STAND_IN_STRANGER', '/standIns/0/person'],
    ['a ring of two', {}, { substitutions: [link('sun', 'wang')] }, 'STAND_IN_CYCLE', '/standIns/0/person'],
    ['a ring of three', {}, { substitutions: [link('sun', 'he'), link('he', 'wang')] }, 'STAND_IN_CYCLE', '/standIns/0/person'],
    [
      'a ring that never closes in time',
      {},
      { substitutions: [link('sun', 'he', {}, { until: at + 2 }), link('he', 'wang', {}, { from: at + 2, until: at + 9 })] },
      undefined,
    ],
  ])('%s', (_, change, more, code, field) => {
    const refusal = refuseAbsence({ ...asked, ...change }, { ...around, ...more });
    expect(refusal?.code).toBe(code);
    expect(refusal?.field).toBe(field);
  });
});
