import { expect, it } from 'vitest';
import { rehearse } from '../../../domain/analysis/rehearse.js';
import { migrate, snapshotOf } from '../../../domain/engine/snapshot.js';
import type { Json } from '../../../domain/json.js';
import { Play, settingOf } from '../../support/play.js';

interface Desk {
  ask(step: string, options: { readonly shows: unknown }): { readonly data: Json };
  loop(name: string, round: () => unknown): unknown;
}
const checkedAndDated =
  (check: string, date: string) =>
  (desk: Desk): unknown =>
    desk.loop('round', () => {
      const checked = desk.ask(check, { shows: null });
      return desk.ask(date, { shows: checked.data }).data;
    });
const roles = ['planner'];
const now = settingOf(checkedAndDated('review', 'date-reply'), { steps: { review: { roles }, 'date-reply': { roles } } });
const later = { ...now, policy: { ...now.policy, renamed: { check: 'review', date: 'date-reply' } } };
const begun = (): Play =>
  new Play(settingOf(checkedAndDated('check', 'date'), { steps: { check: { roles }, date: { roles } } })).complete('round/1/check');

it('when steps are called otherwise in the next edition, then answers stand, and the open task keeps id, revision and due time', () => {
  const play = begun();
  const before = play.task('round/1/date');
  play.setting = later;
  const { rows } = migrate(later, JSON.parse(JSON.stringify(snapshotOf(play.state))) as typeof play.state, 'e2', play.now);
  expect(rows.map(({ type }) => type)).toEqual(['moved', 'renamed']);
  play.took(migrate(later, snapshotOf(play.state), 'e2', play.now));
  expect(play.open).toEqual(['round/1/date-reply']);
  expect(play.task('round/1/date-reply')).toMatchObject({ id: before.id, rev: before.rev, step: 'date-reply' });
  play.complete('round/1/date-reply');
  expect(play.state.status).toBe('closed');
});

it('when it is rehearsed, then the new name is said, and nothing opens or is dropped', () => {
  expect(rehearse(later, snapshotOf(begun().state), 'e2', 0)).toMatchObject({
    renames: [{ from: 'round/1/date', to: 'round/1/date-reply' }],
    opens: [],
    withdraws: [],
    drops: [],
  });
});

it('when the next edition does not say so, then it asks anew', () => {
  expect(rehearse(now, snapshotOf(begun().state), 'e2', 0)).toMatchObject({ opens: ['round/1/review'] });
});

it('when the next edition has no such step any more, then its task is withdrawn with the move, and moved back it is asked as a new one', () => {
  const both = settingOf(
    (desk: Desk) => [desk.ask('enter', { shows: 1 }), desk.ask('check', { shows: 1 }), desk.ask('date', { shows: 1 })],
    { steps: { enter: { roles }, check: { roles }, date: { roles, returnTo: ['enter'] } } },
  );
  const short = settingOf((desk: Desk) => [desk.ask('enter', { shows: 1 }), desk.ask('date', { shows: 1 })], {
    steps: { enter: { roles }, date: { roles } },
  });
  const open = new Play(both).complete('enter');
  open.took(migrate(short, snapshotOf(open.state), 'e2', open.now));
  expect([open.open, open.suspended]).toEqual([['date'], []]);
  expect(open.rows).toMatchObject([{ type: 'moved' }, { type: 'withdrawn', task: { id: 'tests:tried:1/check#1' } }, { type: 'opened' }]);
  open.took(migrate(both, snapshotOf(open.state), 'e3', open.now));
  expect([open.open, open.suspended]).toEqual([['check'], ['date']]);
  expect(open.task('check').id).toBe('tests:tried:1/check#2');
});
