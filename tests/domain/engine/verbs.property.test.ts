import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, actionsOf, type Moment, perform, type Sample } from '../../../domain/analysis/actions.js';
import { explore } from '../../../domain/analysis/explore.js';

import { type Desk, type ProcedureContext } from '../../../domain/engine/procedure.js';
import { Refusal } from '../../../domain/engine/refusal.js';
import { begin } from '../../../domain/engine/turn.js';
import type { Json } from '../../../domain/json.js';
import { settingOf } from '../../support/play.js';

type Subject = { readonly price: number; readonly note: string };
type AnyDesk = Desk<Subject, { readonly [step: string]: { readonly outcome: string; readonly [field: string]: Json } }>;
const words = (text: string) => ({ en: text, zh: text, id: text });
const outcomes = { agree: { name: words('agree') }, refuse: { name: words('refuse'), rejects: true } };
const of = [
  { id: 'a', roles: ['a'], covers: ['price'] },
  { id: 'b', roles: ['b'], covers: ['note'] },
  { id: 'c', roles: ['c'], when: 'price > 10' },
];
const modes = {
  any: {},
  all: {},
  heard: { mode: 'all', onReject: 'counts' },
  sequence: {},
  quorum: { needs: { percent: 60 } },
} as const;

/** Entered, signed in a mode, reviewed in a chain; who says no sends it round again. */
function setting(mode: keyof typeof modes): ProcedureContext {
  const signing = { seats: { mode, of, ...modes[mode] }, outcomes, returnTo: ['enter', 'previous', 'starter'], redo: 'choose' };
  return settingOf(
    (desk: AnyDesk) =>
      desk.loop('round', () => {
        desk.ask('enter', { shows: desk.subject });
        const both = desk.all({
          sign: () => desk.ask('sign', { shows: desk.subject }),
          lead: () => desk.ask('lead', { shows: desk.subject.note }),
        });
        if (both.sign.outcome === 'refuse') return undefined;
        return desk.review('sign-off', { shows: desk.subject }).outcome;
      }),
    {
      steps: {
        enter: {},
        lead: { returnTo: ['enter'] },
        sign: { ...signing, skip: { by: ['boss'], outcome: 'agree' } },
        finance: { outcomes, returnTo: ['sign'] },
        board: { ...signing, seats: { mode: 'all', of: of.slice(0, 2) } },
      },
      reviews: { 'sign-off': { stages: [{ step: 'finance' }, { step: 'board', when: 'price > 10' }], sameApprover: 'skip' } },
    },
  );
}

const sample: Sample = { subject: { price: 10, note: 'urgent' }, amendments: [{ price: 20 }, { price: 10 }, { note: 'later' }] };

function start(of: ProcedureContext): Moment {
  const head = { caseId: 'tests:tried:1', company: 'tests', procedure: 'tried', number: '1', edition: 'e1', by: 'starter' };
  return { state: begin(of, { ...head, subject: sample.subject }, 0).state, now: 0 };
}

/** The case after an action, or as it was when the action was refused. */
function after(of: ProcedureContext, moment: Moment, action: Action): Moment {
  try {
    return perform(of, moment, action, sample);
  } catch (thrown) {
    if (thrown instanceof Refusal) return moment;
    throw thrown;
  }
}

const agrees = (action: Action): boolean => action.kind === 'complete' && ['agree', 'done', 'resubmitted'].includes(action.outcome);

describe('whatever people do to the seats', () => {
  it.each(Object.keys(modes) as (keyof typeof modes)[])(
    'in mode %s, a case is at rest after it, and can be brought to its end',
    (mode) => {
      const tried = setting(mode);
      fc.assert(
        fc.property(fc.array(fc.nat({ max: 9_999 }), { maxLength: 40 }), (numbers) => {
          let moment = start(tried);
          for (const number of numbers) {
            const { work, disturbances } = actionsOf(tried, moment, sample);
            const actions = [...work, ...disturbances.filter(({ kind }) => kind !== 'cancel')];
            const action = actions[number % actions.length];
            if (action === undefined) break;
            moment = after(tried, moment, action);
            const open = Object.values(moment.state.tasks).filter(({ state }) => state === 'open');
            if (moment.state.status !== 'closed') expect(open.length).toBeGreaterThan(0);
            for (const { id, seats } of open)
              expect(
                seats.some(({ state }) => state === undefined),
                `${id} has an open seat`,
              ).toBe(true);
          }
          for (let n = 0; n < 80 && moment.state.status !== 'closed'; n++) {
            const action = actionsOf(tried, moment, sample).work.find(agrees);
            if (action === undefined) break;
            moment = perform(tried, moment, action, sample);
          }
          expect(moment.state.status).toBe('closed');
        }),
        { numRuns: 60, seed: 20_261_125 },
      );
    },
    60_000,
  );

  it('the exploration makes those actions too, and finds no dead end', () => {
    const { findings, ends, actions } = explore(
      setting('quorum'),
      { ...sample, subject: { price: 20, note: 'urgent' } },
      { states: 2_500, disturbances: 1, rounds: 1 },
    );
    expect(findings).toEqual([]);
    expect(ends.map(({ outcome }) => outcome)).toContain('approved');
    expect(actions).toBeGreaterThan(1_000);
  });
});
