import { describe, expect, it } from 'vitest';
import { previewOf } from '../../../domain/analysis/preview.js';
import type { Desk } from '../../../domain/engine/procedure.js';
import type { Next } from '../../../domain/engine/view.js';
import { hour, Play, settingOf, sketched } from '../../support/play.js';
import { posting, threeTasks } from '../../support/procedures/procedures.js';

const words = (text: string) => ({ en: text, zh: text, id: text });
const nextAfter = (play: Play, key: string): readonly Next[] =>
  previewOf(play.setting, { state: play.state, now: play.now }, play.task(key).id, 'someone');
const inShort = (next: readonly Next[]) =>
  next.map(({ outcome, opens, effects, ends }) => [outcome, opens.map(({ step }) => step), effects, ends]);
const three = () =>
  new Play(
    settingOf(
      threeTasks,
      sketched({ steps: { desk: {}, planner: { due: { within: '4h' } }, pmc: {} }, clocks: { reply: '48h' }, notices: ['reply'] }),
    ),
  );

describe('what follows an outcome', () => {
  it('is the step that the procedure asks next, with who and by when; trying it out changes nothing', () => {
    const play = three();
    const before = JSON.stringify(play.state);
    const [done, problem, ...others] = nextAfter(play, 'desk');
    expect(others).toEqual([]);
    expect([done?.outcome, problem?.outcome]).toEqual(['done', 'problem']);
    expect(done?.opens).toEqual([
      {
        key: 'planner',
        step: 'planner',
        seats: [expect.objectContaining({ candidates: [{ role: 'planner' }] })],
        dueAt: play.now + 4 * hour,
      },
    ]);
    expect(JSON.stringify(play.state)).toBe(before);
    expect(play.open).toEqual(['desk']);
  });

  it('is the end of the case after its last step', () => {
    const play = three().complete('desk').complete('planner');
    expect(inShort(nextAfter(play, 'pmc'))).toEqual([
      ['done', [], [], true],
      ['problem', [], [], true],
    ]);
  });

  it('differs where the procedure goes by the outcome, also by its sample data', () => {
    const forked = (
      desk: Desk<{ readonly a: number }, { readonly [step: string]: { readonly outcome: string; readonly much?: number } }>,
    ) => {
      const { outcome, much } = desk.ask('check', { shows: 1 }).data;
      if (outcome === 'problem') desk.all({ a: () => desk.ask('clarify', { shows: 1 }), b: () => desk.ask('price', { shows: 1 }) });
      return much === 7 ? 'much' : 'little';
    };
    const check = {
      outcomes: { done: { name: words('done'), fields: ['much'] }, problem: { name: words('problem') } },
      fields: { much: { name: words('much'), type: 'integer', min: 7 } },
    };
    const play = new Play(settingOf(forked, sketched({ steps: { check, clarify: {}, price: {} } })));
    expect(inShort(nextAfter(play, 'check'))).toEqual([
      ['done', [], [], true],
      ['problem', ['clarify', 'price'], [], false],
    ]);
  });

  it('is the system where an effect comes before anybody is asked', () => {
    const play = new Play(
      settingOf(posting, sketched({ steps: { desk: {}, planner: {}, pmc: {} }, effects: { post: {}, send: {} }, notices: ['reply'] })),
    );
    const [done] = nextAfter(play, play.open[0]!);
    expect(done).toMatchObject({ effects: [expect.any(String)], ends: false });
  });

  it('of lines is what follows all of them', () => {
    const dated = (desk: Desk<{ readonly lines: readonly { readonly id: string }[] }>) => {
      desk.each('dates', desk.subject.lines, ({ id }) => id, { shows: (line) => line });
      desk.ask('after', { shows: 1 });
      return 'dated';
    };
    const dates = {
      perLine: true,
      fields: { date: { name: words('date'), type: 'date' } },
      outcomes: { done: { name: words('done'), fields: ['date'] } },
    };
    const play = new Play(settingOf(dated, sketched({ steps: { dates, after: {} } })), { lines: [{ id: 'l1' }, { id: 'l2' }] });
    expect(nextAfter(play, 'dates')).toMatchObject([{ outcome: 'done', allLines: true, opens: [{ step: 'after' }] }]);
    expect(nextAfter(play.lines('dates', { l1: { date: '2026-10-10' } }), 'dates')).toMatchObject([
      { allLines: false, opens: [{ step: 'after' }] },
    ]);
  });

  it('is nothing for a task that is not open', () => {
    const play = three().complete('desk');
    expect(previewOf(play.setting, { state: play.state, now: play.now }, 'tests:tried:1/desk#1', 'someone')).toEqual([]);
  });
});
