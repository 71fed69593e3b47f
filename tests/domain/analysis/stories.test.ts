import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkStories, failureText, untried } from '../../../domain/analysis/check-stories.js';
import type { Theatre } from '../../../domain/analysis/stage.js';
import { type StoryFile, storyFile } from '../../../domain/analysis/story.js';
import { Telling } from '../../../domain/analysis/tell.js';
import type { Desk } from '../../../domain/engine/procedure.js';
import { parsePolicyFile, type Source } from '../../../domain/policy/parse.js';
import type { CompanyBook } from '../../../domain/policy/policy.js';
import { loadBooks } from '../../../policies/load.js';
import { loadStories } from '../../../policies/load-stories.js';
import { procedures } from '../../../workflows/procedures.js';
import { settingOf, sketched } from '../../support/play.js';

type Tried = Desk<
  { readonly lines: readonly { readonly id: string }[]; readonly price: number },
  { readonly [step: string]: { readonly outcome: string; readonly date: string } }
>;

/** Everything that may come of an event, in one procedure. */
function tried(desk: Tried): unknown {
  const { price, lines } = desk.subject;
  desk.clock('reply', { from: desk.begunAt, until: 'second' });
  desk.look('stock', { price });
  desk.inform('started', { to: 'customer', shows: { price } });
  desk.meanwhile('watch', () => desk.ask('duty', { shows: 1 }));
  const first = desk.ask('first', { shows: { price, deep: { list: [{ n: 1 }] } } });
  desk.call('post', { price });
  if (first.outcome === 'problem') return { result: 'refused' };
  desk.each('dates', lines, ({ id }) => id, { shows: ({ id }) => id });
  return { result: 'done', by: desk.ask('second', { shows: price }).by };
}

const text = { name: { en: 'x', zh: 'x', id: 'x' } };
const policy = sketched({
  steps: {
    first: {
      due: { within: '4h' },
      ladder: [{ remind: { before: '1h' } }, { remind: { at: 'due' } }, { escalate: { after: { within: '1h' }, to: 'leader' } }],
    },
    second: { returnTo: ['first'] },
    duty: { due: { within: '9h' }, overdue: 'outcome' },
    dates: {
      perLine: true,
      promises: 'date',
      fields: { date: { ...text, type: 'date' } },
      outcomes: { done: { ...text, fields: ['date'] } },
    },
  },
  effects: { post: { undoOnReturn: true }, stock: {} },
  clocks: { reply: '48h' },
  notices: ['started'],
});
const person = (id: string) => ({ id, name: id, locale: 'en' as const, roles: [id] });
const theatre: Theatre = {
  book: { company: { company: 'tests', holdCauses: {} }, procedures: { tried: policy } } as unknown as CompanyBook,
  people: ['starter', 'manager', 'first', 'second', 'dates', 'duty', 'leader'].map(person),
  setting: settingOf(tried, policy),
};

const given = `company: tests
procedure: tried
given:
  a case:
    begun: 2026-11-02 09:00
    subject: { price: 10, lines: [{ id: '1' }] }
    readings: { stock: { found: true } }
    effects: { post: { ok: true } }
stories:
`;
function read(stories: string, before = given): Source<StoryFile> {
  const parsed = parsePolicyFile(before + stories, 'stories/tests/tried.yaml', storyFile);
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
  return parsed.source;
}
/** What is said of the stories. */
function said(stories: string): readonly string[] {
  const source = read(stories);
  return new Telling(source.value, theatre)
    .all()
    .flatMap((told) => (told.failure === undefined ? [] : [failureText(source, told, told.failure)]));
}
const begin =
  '{ tells: [started → customer], opens: [first, watch/duty], clocks: { reply: 2026-11-04 09:00 }, due: { first: 2026-11-02 13:00 }, who: { first: [first] } }';
const story = (...rows: string[]): string =>
  `  - story: it goes so\n    given: a case\n    rows:\n${[begin, ...rows].map((row) => `      - ${row}\n`).join('')}`;
const answered = '{ by: first, does: first, outcome: done, calls: [post], opens: [dates] }';
const dated = "{ by: dates, does: dates, lines: { '1': { date: 2026-12-01 } }, promises: { '1': 2026-12-01 }, opens: [second] }";

describe('a story', () => {
  it.each([
    [
      'to the end',
      [
        answered,
        dated,
        '{ by: second, does: second, outcome: done, clocks: { reply: met }, withdraws: [duty], ends: { result: done, by: second } }',
      ],
    ],
    [
      'when time passes',
      [
        '{ pass: 3h, reminds: [first] }',
        '{ at: 2026-11-02 14:00, overdue: [first], reminds: [first], escalates: [first → leader], who: { first: [first, leader] } }',
      ],
    ],
    ['when nobody answers in time', ['{ pass: 9h, overdue: [first], reminds: [first], escalates: [first → leader], lapses: [duty] }']],
    [
      'when the subject changes',
      [
        answered,
        dated,
        '{ by: manager, verb: amend, patch: { price: 11 }, corrects: [started → customer], opens: [first], suspends: [second] }',
        '{ by: first, does: first, outcome: done, calls: [post], opens: [second], revises: [], shows: { post: { price: 11 } } }',
      ],
    ],
    [
      'when it is sent back',
      [
        answered,
        dated,
        '{ by: second, verb: return, on: second, to: first, reason: r, undoes: [post], opens: [first], suspends: [second] }',
      ],
    ],
    [
      'when systems are slow or fail',
      [
        '{ by: first, does: first, outcome: problem, calls: { post: null }, ends: { result: refused }, clocks: { reply: ended }, withdraws: [duty] }',
      ],
    ],
    [
      'that is refused',
      [
        '{ by: dates, does: first, outcome: done, refused: NOT_YOURS }',
        '{ by: first, does: first, outcome: other, refused: OUTCOME_UNKNOWN, field: /data/outcome }',
      ],
    ],
    [
      'where texts are long',
      [answered, "{ by: dates, does: dates, lines: { '1': { date: '2 × 3' } }, refused: FIELD_INVALID, field: /data/lines/1/date }"],
    ],
  ])('%s', (_, rows) => {
    expect(said(story(...rows))).toEqual([]);
  });

  it('is told of systems that answer nothing, fail, or answer otherwise from some day on', () => {
    const slow = given.replace('readings: { stock: { found: true } }\n    effects: { post: { ok: true } }', 'readings: {}');
    const rows = [
      '{ reading: stock, gives: { found: false }, tells: [started → customer], opens: [first, watch/duty] }',
      '{ by: first, does: first, outcome: done, calls: [post] }',
      "{ effect: post, fails: REFUSED, opens: ['post!repair'], who: { 'post!repair': [repairer] } }",
    ];
    const source = read(story(...rows).replace(begin, '{ waitsFor: [stock], clocks: { reply: 2026-11-04 09:00 } }'), slow);
    const [told] = new Telling(source.value, theatre).all();
    expect(told?.failure?.differences).toBeUndefined();
    expect(told?.ledger.filter(({ effect }) => effect?.state === 'failed')).toHaveLength(1);
  });

  it('says where it went otherwise, in which row, and what happened', () => {
    expect(said(story('{ by: first, does: first, outcome: done, tells: [started → customer], shows: { dates: { deep: 1 } } }'))).toEqual([
      `stories/tests/tried.yaml:14:9: "it goes so", where first does first: done
  opens
    expected: nothing
    happened: dates
  tells
    expected: started → customer
    happened: nothing
  calls
    expected: nothing
    happened: post
  shows
    expected: dates: {"deep":1}
    happened: dates: {"lines":{"1":"1"}}`,
    ]);
  });

  it('sees what a row leaves out: without any one of its deltas it goes otherwise', async () => {
    const root = process.cwd();
    const { stories, errors } = await loadStories(
      root,
      await loadBooks(`${root}/policies`),
      (name) => procedures[name as keyof typeof procedures],
    );
    expect(errors).toEqual([]);
    const kept = [
      'by',
      'does',
      'outcome',
      'data',
      'lines',
      'seat',
      'verb',
      'on',
      'to',
      'reason',
      'patch',
      'cause',
      'pass',
      'at',
      'effect',
      'reading',
      'gives',
      'fails',
      'unknown',
      'report',
      'until',
      'where',
      'redo',
    ];
    const looks = ['due', 'shows', 'who', 'field', 'calls'];
    let tried = 0;
    for (const { source, theatre: own } of stories)
      for (const [n, one] of source.value.stories.entries())
        for (const [m, row] of one.rows.entries())
          for (const delta of Object.keys(row).filter((key) => !kept.includes(key) && !looks.includes(key))) {
            const { [delta as 'opens']: dropped, ...rest } = row;
            if (Array.isArray(dropped) && dropped.length === 0) continue;
            const file = { ...source.value, stories: [{ ...one, rows: one.rows.with(m, rest) }] };
            tried++;
            expect([n, m, delta, new Telling(file, own).tell(0).failure?.path]).toEqual([n, m, delta, ['stories', 0, 'rows', m]]);
          }
    expect(tried).toBeGreaterThan(20);
  });
});

describe('a file of stories', () => {
  const errors = (stories: string, before = given): readonly string[] => {
    const parsed = parsePolicyFile(before + stories, 'f.yaml', storyFile);
    return parsed.ok ? checkStories(parsed.source, theatre) : parsed.errors;
  };
  it.each([
    [
      'a person nobody knows',
      story('{ by: nobody, does: first, outcome: done }'),
      'f.yaml:14:15: unknown person "nobody"; allowed: starter, manager, first, second, dates, duty, leader',
    ],
    [
      'an outcome that there is not',
      story('{ by: first, does: first, outcome: ok }'),
      'f.yaml:14:44: unknown outcome "ok"; allowed: done, problem',
    ],
    [
      'a notice that there is not',
      story('{ by: first, does: first, outcome: done, tells: [told → customer] }'),
      'f.yaml:14:58: unknown notice "told"; allowed: started',
    ],
    [
      'two things at once',
      story('{ by: first, does: first, pass: 2h }'),
      'f.yaml:14:9: a group of keys is not allowed here; allowed: one thing that happens: does or pass',
    ],
    ['nobody who does it', story('{ does: first }'), 'f.yaml:14:9: a group of keys is not allowed here; allowed: "by", who does it'],
    [
      'an end that is none',
      story('{ effect: post }'),
      'f.yaml:14:9: a group of keys is not allowed here; allowed: one of gives, fails, unknown: how it ends',
    ],
    [
      'something that comes of a refusal',
      story('{ by: first, does: first, refused: NOT_YOURS, opens: [second] }'),
      'f.yaml:14:62: a list is not allowed here; allowed: nothing: what is refused has no effect',
    ],
    ['an unknown key', story('{ by: first, dose: first }'), /^f\.yaml:14:22: unknown key "dose"; allowed: by, does, outcome/],
    [
      'no arrow',
      story('{ pass: 1h, tells: [started] }'),
      'f.yaml:14:29: "started" is not allowed here; allowed: a name, an arrow and a role, such as return-answer → customer',
    ],
    [
      'a time of another form',
      story('{ at: 9:00 }'),
      'f.yaml:14:15: "9:00" is not allowed here; allowed: a time at the site such as 2026-11-02 09:00',
    ],
    [
      'a given that there is not',
      story().replace('given: a case', 'given: another'),
      'f.yaml:11:12: unknown given "another"; allowed: a case',
    ],
    [
      'a clause of another procedure',
      story().replace('given: a case', 'clauses: [TT-B1]\n    given: a case'),
      'f.yaml:11:15: unknown clause "TT-B1"; allowed: TT-A1',
    ],
    ['the same story twice', `${story()}${story()}`, 'f.yaml:14:12: the story "it goes so" is told a second time; allowed: once'],
    [
      'an outcome untried that there is not',
      `${story()}untried: { first.none: why }\n`,
      'f.yaml:14:24: unknown outcome "first.none"; allowed: first.done, first.problem, second.done, second.problem, duty.done, duty.problem, dates.done',
    ],
  ])('names %s, with its place', (_, stories, error) => {
    const found = errors(stories);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(error instanceof RegExp ? error : new RegExp(`^${error.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
  });

  it('names a given that comes from itself', () => {
    const before = given.replace('  a case:\n', '  a case:\n    from: a case\n');
    expect(errors(story(), before)).toEqual(['f.yaml:5:11: "a case" comes from itself; allowed: a given that was there before']);
  });

  it('takes every outcome, or says why not', () => {
    const source = read(`${story(answered)}untried: { first.done: why }\n`);
    const [told] = new Telling(source.value, theatre).all();
    expect(untried(source, policy, told?.taken ?? [])).toEqual([
      ...['first.problem', 'second.done', 'second.problem', 'duty.done', 'duty.problem', 'dates.done'].map(
        (outcome) => `stories/tests/tried.yaml:1:1: no story takes ${outcome}; allowed: one that does, or the reason under "untried"`,
      ),
      'stories/tests/tried.yaml:15:12: a story takes first.done; allowed: outcomes that none takes',
    ]);
  });

  it('of a procedure that there is not is an error of its own', async () => {
    const text = await readFile('stories/hehe/return.yaml', 'utf8');
    expect(parsePolicyFile(text.replace('stories:', 'storeys:'), 'f.yaml', storyFile).ok).toBe(false);
  });
});
