import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Moment, type Move, make, movesOf, type Sample } from '../../../domain/analysis/actions.js';
import { explore } from '../../../domain/analysis/explore.js';

import type { Desk } from '../../../domain/engine/procedure.js';
import { type Setting } from '../../../domain/engine/procedure.js';
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
function setting(mode: keyof typeof modes): Setting {
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

function start(of: Setting): Moment {
  const head = { caseId: 'tests:tried:1', company: 'tests', procedure: 'tried', number: '1', edition: 'e1', by: 'starter' };
  return { state: begin(of, { ...head, subject: sample.subject }, 0).state, now: 0 };
}

/** The case after a move, or as it was when the move was refused. */
function after(of: Setting, moment: Moment, move: Move): Moment {
  try {
    return make(of, moment, move, sample);
  } catch (thrown) {
    if (thrown instanceof Refusal) return moment;
    throw thrown;
  }
}

const agrees = (move: Move): boolean => move.move === 'complete' && ['agree', 'done', 'resubmitted'].includes(move.outcome);

describe('whatever people do to the seats', () => {
  it.each(Object.keys(modes) as (keyof typeof modes)[])(
    'in mode %s, a case is at rest after it, and can be brought to its end',
    (mode) => {
      const tried = setting(mode);
      fc.assert(
        fc.property(fc.array(fc.nat({ max: 9_999 }), { maxLength: 40 }), (numbers) => {
          let moment = start(tried);
          for (const number of numbers) {
            const { work, disturbances } = movesOf(tried, moment, sample);
            const moves = [...work, ...disturbances.filter(({ move }) => move !== 'cancel')];
            const move = moves[number % moves.length];
            if (move === undefined) break;
            moment = after(tried, moment, move);
            const open = Object.values(moment.state.tasks).filter(({ state }) => state === 'open');
            if (moment.state.status !== 'closed') expect(open.length).toBeGreaterThan(0);
            for (const { id, seats } of open)
              expect(
                seats.some(({ state }) => state === undefined),
                `${id} has an open seat`,
              ).toBe(true);
          }
          for (let n = 0; n < 80 && moment.state.status !== 'closed'; n++) {
            const move = movesOf(tried, moment, sample).work.find(agrees);
            if (move === undefined) break;
            moment = make(tried, moment, move, sample);
          }
          expect(moment.state.status).toBe('closed');
        }),
        { numRuns: 60, seed: 20_261_125 },
      );
    },
    60_000,
  );

  it('the exploration makes those moves too, and finds no dead end', () => {
    const { findings, ends, moves } = explore(
      setting('quorum'),
      { ...sample, subject: { price: 20, note: 'urgent' } },
      { states: 2_500, disturbances: 1, rounds: 1 },
    );
    expect(findings).toEqual([]);
    expect(ends.map(({ outcome }) => outcome)).toContain('approved');
    expect(moves).toBeGreaterThan(1_000);
  });
});
