import { type Books, companyPolicy, procedurePolicy } from '../../../../domain/policy/policy.js';

const words = (text: string) => ({ en: text, zh: text, id: text });
const step = (id: string, more: object = {}) => ({
  name: words(id),
  clauses: ['TT-A1'],
  outcomes: { done: { name: words('done') } },
  ...more,
});
const departments = { sales: ['note'], finance: ['price'], planning: ['date'], quality: ['note'], production: ['date'] };

/** The company `tests`, in which five departments sign an order together. */
export function signingBooks(): Books {
  const roles = ['clerk', 'manager', 'shipper', ...Object.keys(departments)];
  const policy = procedurePolicy.parse({
    procedure: 'signing',
    implementation: 'signing',
    name: words('signing'),
    clauses: ['TT-A1'],
    startedBy: ['clerk'],
    managedBy: ['manager'],
    repairedBy: ['manager'],
    steps: {
      enter: step('enter', { roles: ['clerk'] }),
      countersign: step('countersign', {
        seats: { mode: 'all', of: Object.entries(departments).map(([id, covers]) => ({ id, roles: [id], covers })) },
        outcomes: { agree: { name: words('agree') }, refuse: { name: words('refuse'), rejects: true } },
        returnTo: ['enter'],
      }),
      ship: step('ship', { roles: ['shipper'] }),
    },
  });
  const company = companyPolicy.parse({
    company: 'tests',
    prefix: 'TT',
    name: words('tests'),
    zone: 'Asia/Shanghai',
    utcOffsetMinutes: 480,
    roles: Object.fromEntries(roles.map((role) => [role, words(role)])),
    procedures: ['signing'],
  });
  return { tests: { company, procedures: { signing: policy } } };
}

/** One person for each role, and some more of the departments. */
export const signers = {
  tests: [
    ...['clerk', 'manager', 'shipper', ...Object.keys(departments)].map((role) => ({
      id: role,
      name: role,
      locale: 'en' as const,
      roles: [role],
    })),
    { id: 'deputy', name: 'Deputy', locale: 'en' as const, roles: ['shipper'] },
    { id: 'expert', name: 'Expert', locale: 'en' as const, roles: ['shipper'] },
    { id: 'helper', name: 'Helper', locale: 'en' as const, roles: ['shipper'] },
    ...Array.from({ length: 12 }, (_, n) => ({ id: `sales-${n + 1}`, name: `Sales ${n + 1}`, locale: 'en' as const, roles: ['sales'] })),
  ],
};
