import { describe, expect, it } from 'vitest';
import { entryView } from '../../client/api/cases/timeline.js';
import { sayCode } from '../../client/api/http/words.js';
import { taskView } from '../../client/api/tasks/task.js';
import type { EffectRow, TaskRow } from '../../domain/engine/ledger.js';
import type { JsonObject } from '../../domain/json.js';
import { testBooks } from '../support/procedures/policy.js';

const names = { book: testBooks()['tests'], procedure: 'sent-reply' };
const row: TaskRow = {
  id: 'tests:sent-reply:1/desk#1',
  key: 'desk',
  step: 'desk',
  rev: 1,
  state: 'open',
  seats: [],
  shown: 'h',
  openedAt: 0,
  overdue: false,
};
const stateName = (more: Partial<TaskRow>): string => taskView({ ...row, ...more }, names, 'zh').stateName;

const all = (word: string) => ({ en: word, zh: word, id: word });
/** Names of a book with one step, which finance and leaders sign. */
function countersign(more: object) {
  const step = { name: all('Countersign'), outcomes: { approved: { name: all('Approved') } }, ...more };
  const book = {
    company: { roles: { finance: all('Finance'), leader: all('Leader') }, teams: { export: all('Export') } },
    procedures: { p: { steps: { countersign: step }, clocks: {}, notices: {}, effects: {} } },
  };
  return { book: book as never, procedure: 'p' };
}

describe('a task as it is shown', () => {
  it('says in words how it stands', () => {
    expect(stateName({})).toBe('待处理');
    expect(stateName({ state: 'completed' })).toBe('已完成');
    expect(stateName({ overdue: true })).toBe('超时');
    expect(stateName({ overdue: true, rests: [{ of: 'case', from: 0, cause: 'customer' }] })).toBe('已暂停');
    expect(stateName({ overdue: true, rests: [{ of: 'step:clarify', from: 0, cause: 'clarify' }] })).toBe('超时');
  });
});

describe('an entry of a timeline', () => {
  it('says in words what became of an effect', () => {
    const effect: EffectRow = { key: 'send', effect: 'send', input: 'h', state: 'failed', action: 'do' };
    const entry = (locale: 'en' | 'id') => entryView({ seq: 1, turn: 1, at: 0, type: 'effect', effect }, names, locale).sentence;
    expect(entry('en')).toBe('send: failed.');
    expect(entry('id')).toBe('send: gagal.');
  });

  it.each([
    ['all', 'Countersign waits for the signatures of Finance/Leader and Leader.'],
    ['sequence', 'Countersign waits for the signatures of Finance/Leader and Leader.'],
    ['quorum', 'Countersign is put to the vote of Finance/Leader and Leader.'],
    ['any', 'Countersign waits for Finance or Leader.'],
    [undefined, 'Countersign waits for the signatures of Finance/Leader and Leader.'],
  ])('says whether all of them sign: %s', (mode, sentence) => {
    const known = countersign(mode === undefined ? {} : { seats: { mode } });
    const seats = [
      { id: '1', candidates: [{ role: 'finance' }, { role: 'leader' }] },
      { id: '2', candidates: [{ role: 'leader' }] },
    ];
    const task = { ...row, step: 'countersign', seats };
    const said = entryView({ seq: 1, turn: 1, at: 0, type: 'opened', task }, known, 'en');
    expect(said.sentence).toBe(sentence);
  });

  it('says an outcome as the policy says it, also for whom', () => {
    const sentence = { en: '{{who}} signs it off.', zh: '{{who}}已签。', id: '{{who}} menandatangani.' };
    const known = { ...countersign({ outcomes: { approved: { name: all('Approved'), sentence } } }), people: new Map([['ann', 'A$&nn']]) };
    const task = { ...row, step: 'countersign', outcome: 'approved' };
    const said = (more: object) => entryView({ seq: 1, turn: 1, at: 0, type: 'completed', by: 'ann', task, ...more }, known, 'en');
    expect(said({}).sentence).toBe('A$&nn signs it off.');
    expect(said({ actingFor: 'wang' })).toMatchObject({ sentence: 'A$&nn for wang signs it off.', values: { outcome: 'approved' } });
  });

  it('says for whom a stand-in signed, or changed who signs', () => {
    const said = (type: 'voted' | 'seated', body: object, actingFor: object = { actingFor: 'wang' }) =>
      entryView({ seq: 1, turn: 1, at: 0, type, by: 'li', ...actingFor, task: row, body: { ...body } }, names, 'en').sentence;
    expect(said('voted', { seat: 'a', data: { outcome: 'agree' } })).toMatch(/^li answered desk \(desk\) for wang: /);
    expect(said('seated', { change: 'delegated', seat: 'a.1', of: 'a', to: 'sun' })).toBe(
      'li delegated desk to sun for wang, who signs after.',
    );
    expect(said('seated', { change: 'delegated', seat: 'a.1', of: 'a', to: 'sun' }, {})).toBe('li delegated desk to sun, and signs after.');
    expect(said('seated', { change: 'skip-proposed', seat: 'a', reason: 'ill' })).toBe('li proposed to skip desk for wang: ill');
  });

  it.each([
    ['finance', 'Ann answered Countersign (Finance or Leader): Approved.'],
    ['chair', 'Ann answered Countersign (Chairman): Approved.'],
    ['finance.1', 'Ann answered Countersign (Finance or Leader): Approved.'],
  ])('names the seat that was answered for: %s', (seat, sentence) => {
    const of = [
      { id: 'finance', roles: ['finance', 'leader'] },
      { id: 'chair', name: all('Chairman'), roles: ['leader'] },
    ];
    const known = { ...countersign({ seats: { mode: 'all', of } }), people: new Map([['ann', 'Ann']]) };
    const body = { seat, data: { outcome: 'approved' } };
    const said = entryView({ seq: 1, turn: 1, at: 0, type: 'voted', by: 'ann', task: { ...row, step: 'countersign' }, body }, known, 'en');
    expect(said).toMatchObject({ values: { seat }, sentence });
  });
});

describe('whom something waits for', () => {
  const names = { ...countersign({}), people: new Map([['ann', 'Ann']]) };
  it.each<[string, JsonObject, string]>([
    ['roles and teams', { roles: ['leader'], teams: ['export'], people: ['ann'] }, 'Leader or Export'],
    ['a team alone', { roles: [], teams: ['export'], people: [] }, 'Export'],
    ['people where there is neither', { roles: [], people: ['ann'] }, 'Ann'],
  ])('is told in words: %s', (_, values, whom) => {
    expect(sayCode('en', 'problem.NOT_YOURS', values, names)).toBe(`This task is not yours: it waits for ${whom}.`);
  });
});
