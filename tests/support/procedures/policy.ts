import { type Books, companyPolicy, type ProcedurePolicy, procedurePolicy } from '../../../domain/policy/policy.js';

const words = (text: string) => ({ en: text, zh: text, id: text });
const outcomes = { done: { name: words('done') }, problem: { name: words('problem') } };
const step = (id: string, more: object = {}) => ({ name: words(id), clauses: ['TT-A1'], roles: [id], outcomes, ...more });

/** The steps of all test procedures; each role is named like its step. */
const steps = {
  desk: step('desk', { due: { within: '4h' } }),
  planner: step('planner', { returnTo: ['desk'] }),
  pmc: step('pmc', { returnTo: ['desk', 'planner', 'technical', 'dates'] }),
  clarify: step('clarify'),
  technical: step('technical', { returnTo: ['desk'] }),
  price: step('price', { due: { within: '2h' }, overdue: 'ladder', returnTo: ['desk'] }),
  dates: step('dates', {
    perLine: true,
    fields: { date: { name: words('date'), type: 'date' } },
    promises: 'date',
    outcomes: { done: { name: words('done'), fields: ['date'] } },
  }),
  'customer-cancels': step('customer-cancels'),
  'follow-up': step('follow-up'),
  hasty: step('hasty', { due: { within: '1h' }, overdue: 'outcome' }),
};

/** A policy for one test procedure. */
export function testPolicy(procedure: string, implementation: string, changes: object = {}): ProcedurePolicy {
  return procedurePolicy.parse({
    procedure,
    implementation,
    name: words(procedure),
    clauses: ['TT-A1'],
    startedBy: ['desk'],
    managedBy: ['desk'],
    repairedBy: ['desk'],
    steps,
    clocks: { reply: { name: words('reply'), clauses: ['TT-A1'], due: { within: '48h' } } },
    notices: { reply: { name: words('reply'), clauses: ['TT-A1'], document: 'reply' } },
    effects: {
      send: { name: words('send'), irreversible: true },
      post: { name: words('post') },
      reserve: { name: words('reserve'), undoOnReturn: true },
    },
    ...changes,
  });
}

/** The books of a company `tests` that runs the test procedures. */
export function testBooks(changes: object = {}): Books {
  const procedures = { 'three-tasks': 'threeTasks', 'sent-reply': 'sentReply', posting: 'posting', everything: 'everything' };
  return {
    tests: {
      company: companyPolicy.parse({
        company: 'tests',
        prefix: 'TT',
        name: words('tests'),
        zone: 'Asia/Shanghai',
        utcOffsetMinutes: 480,
        roles: Object.fromEntries(Object.keys(steps).map((role) => [role, words(role)])),
        procedures: Object.keys(procedures),
      }),
      procedures: Object.fromEntries(
        Object.entries(procedures).map(([id, implementation]) => [id, testPolicy(id, implementation, changes)]),
      ),
    },
  };
}
