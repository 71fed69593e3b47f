import { describe, expect, test } from 'vitest';
import type { Member } from '../../domain/authority/directory.js';
import { type AccessRequest, mayAct } from '../../domain/authority/may-act.js';
import type { Seat } from '../../domain/engine/ledger.js';
import type { ProcedurePolicy, StepPolicy } from '../../domain/policy/policy.js';

const name = { en: 'x', zh: 'x', id: 'x' };
const step: StepPolicy = {
  name,
  clauses: ['HH-B6'],
  roles: ['cs-planner'],
  overdue: 'ladder',
  outcomes: {},
  fields: {},
  perLine: false,
  returnTo: ['initial-review'],
};
const oneWay: StepPolicy = { ...step, returnTo: [] };
const procedure = { startedBy: ['merchandiser'], managedBy: ['merchandiser', 'cs-planner'] } as unknown as ProcedurePolicy;

const member = (id: string, ...roles: string[]): Member => ({ id, memberships: roles.map((role) => ({ company: 'hehe', role })) });
const seat = (...candidates: Seat['candidates']): readonly Seat[] => [{ id: '1', candidates }];
const onTask = (verb: string, seats: readonly Seat[], policy = step): AccessRequest => ({ on: 'task', verb, seats, step: policy, about });
const about = { procedure: 'order-intake', startedBy: 'chen-li' };
const planner = seat({ role: 'cs-planner' });

const seated = ['complete', 'withdraw', 'transfer', 'delegate', 'add-signer', 'remove-signer', 'hold', 'resume'];

describe('who may act', () => {
  test.each<[string, Member, string, AccessRequest, string]>([
    ['the role of the seat may complete', member('zhang-min', 'cs-planner'), 'hehe', onTask('complete', planner), 'role:cs-planner'],
    ['one of several roles is enough', member('zhang-min', 'cs-dept', 'cs-planner'), 'hehe', onTask('return', planner), 'role:cs-planner'],
    [
      'the person a seat names may, whatever their role',
      member('he-jun', 'warehouse-keeper'),
      'hehe',
      onTask('complete', seat({ person: 'he-jun' })),
      'person',
    ],
    [
      'a name goes before a role',
      member('he-jun', 'cs-planner'),
      'hehe',
      onTask('complete', seat({ role: 'cs-planner' }, { person: 'he-jun' })),
      'person',
    ],
    [
      'who manages may hold what waits for others',
      member('chen-li', 'merchandiser'),
      'hehe',
      { ...onTask('hold', planner), managedBy: ['merchandiser'] } as AccessRequest,
      'role:merchandiser',
    ],
    ['a starter may start', member('chen-li', 'merchandiser'), 'hehe', { on: 'start', procedure, about }, 'role:merchandiser'],
    [
      'who manages may cancel',
      member('zhang-min', 'cs-planner'),
      'hehe',
      { on: 'case', verb: 'cancel', procedure, about },
      'role:cs-planner',
    ],
    [
      'whom the policy lets may reopen',
      member('sun-yan', 'pmc-dept'),
      'hehe',
      { on: 'case', verb: 'reopen', procedure: { ...procedure, reopen: { by: ['pmc-dept'] } }, about },
      'role:pmc-dept',
    ],
    ['everyone in the company may read', member('he-jun', 'warehouse-keeper'), 'hehe', { on: 'read' }, 'member'],
  ])('%s', (_, person, company, wish, rule) => {
    expect(mayAct(person, company, wish)).toMatchObject({ allowed: true, rule });
  });

  test.each<[string, Member, string, AccessRequest, object]>([
    [
      'another role may not',
      member('chen-li', 'merchandiser'),
      'hehe',
      onTask('complete', planner),
      { code: 'NOT_YOURS', values: { roles: ['cs-planner'], people: [] } },
    ],
    [
      'the same role in another company may not',
      member('x', 'cs-planner'),
      'other',
      onTask('complete', planner),
      { code: 'STRANGER', values: { company: 'other' } },
    ],
    ['nobody without a role may even read', member('x'), 'hehe', { on: 'read' }, { code: 'STRANGER', values: { company: 'hehe' } }],
    [
      'a seat without candidates is nobody’s',
      member('zhang-min', 'cs-planner'),
      'hehe',
      onTask('complete', seat()),
      { code: 'NOT_YOURS', values: { roles: [], people: [] } },
    ],
    [
      'who gave a seat away, or comes after, is told whose it is and by whom',
      member('zhang-min', 'cs-planner'),
      'hehe',
      onTask(
        'transfer',
        seat({ person: 'he-jun' }).map((one) => ({
          ...one,
          transferred: [
            { by: 'li-mei', to: 'sun-yan', at: 1 },
            { by: 'sun-yan', to: 'he-jun', at: 2 },
          ],
        })),
      ),
      { code: 'SEAT_OF_OTHER', values: { seat: '1', people: ['he-jun'], by: 'sun-yan', at: 2, verb: 'transfer' } },
    ],
    [
      'a step that goes one way has no return',
      member('zhang-min', 'cs-planner'),
      'hehe',
      onTask('return', planner, oneWay),
      { code: 'VERB_UNKNOWN', values: { verb: 'return', allowed: seated } },
    ],
    [
      'a verb that nobody has is unknown before it is anybody’s',
      member('chen-li', 'merchandiser'),
      'hehe',
      onTask('fly', planner),
      { code: 'VERB_UNKNOWN', values: { verb: 'fly', allowed: ['complete', 'return', ...seated.slice(1)] } },
    ],
    [
      'who does not manage may not cancel',
      member('wang-qiang', 'pmc-dept'),
      'hehe',
      { on: 'case', verb: 'cancel', procedure, about },
      { code: 'ROLE_NEEDED', values: { verb: 'cancel', roles: ['merchandiser', 'cs-planner'] } },
    ],
    [
      'who manages may not reopen where the policy names others',
      member('zhang-min', 'cs-planner'),
      'hehe',
      { on: 'case', verb: 'reopen', procedure: { ...procedure, reopen: { by: ['pmc-dept'] } }, about },
      { code: 'ROLE_NEEDED', values: { verb: 'reopen', roles: ['pmc-dept'] } },
    ],
    [
      'nobody may reopen where the policy has no word of it',
      member('zhang-min', 'cs-planner'),
      'hehe',
      { on: 'case', verb: 'reopen', procedure, about },
      { code: 'REOPEN_NOT_PROVIDED', values: {} },
    ],
    [
      'who does not start may not start',
      member('wang-qiang', 'pmc-dept'),
      'hehe',
      { on: 'start', procedure, about },
      { code: 'ROLE_NEEDED', values: { verb: 'start', roles: ['merchandiser'] } },
    ],
    [
      'a case has no verb of a task',
      member('zhang-min', 'cs-planner'),
      'hehe',
      { on: 'case', verb: 'complete', procedure, about },
      { code: 'VERB_UNKNOWN', values: { verb: 'complete', allowed: ['amend', 'hold', 'resume', 'cancel', 'reopen', 'move'] } },
    ],
  ])('%s', (_, person, company, wish, refusal) => {
    expect(mayAct(person, company, wish)).toEqual({ allowed: false, ...refusal });
  });
});

test('who comes second is told who was first, and for whom', () => {
  const filled = { state: 'done', by: 'sun-yan', actingFor: 'wang-qiang', at: 1, verb: 'complete' } as const;
  const seats = [{ id: '1', candidates: [{ role: 'cs-planner' }], ...filled }];
  expect(mayAct(member('zhang-min', 'cs-planner'), 'hehe', onTask('complete', seats))).toMatchObject({
    code: 'SEAT_CLOSED',
    values: { seat: '1', by: 'sun-yan', actingFor: 'wang-qiang', at: 1, verb: 'complete' },
  });
});
