import { fileURLToPath } from 'node:url';
import { type Books, companyPolicy } from '../../domain/policy/policy.js';
import type { EditionSource } from '../../worker/edition.js';
import { testBooks, testPolicy } from '../support/procedures/policy.js';

/** Editions of the matrix, in the order in which cases move: to an identical procedure, to one with one reviewer more, and back again. */
export const ring = ['base', 'same', 'more'] as const;
export type EditionName = (typeof ring)[number];

export const company = 'tests';
const procedures = { order: 'faultOrder', crowd: 'faultCrowd', urgent: 'faultUrgent', posted: 'faultPosted' } as const;
export type ProcedureName = keyof typeof procedures;

/** Roles of all steps, each named like its step; `desk` also manages and repairs. */
export const roles = ['desk', 'planner', 'technical', 'price', 'dates', 'pmc', 'hasty'] as const;

/** What an edition is built from. `same` differs from `base` by a word that nobody sees, which makes it another edition. */
export function sourceOf(edition: EditionName): EditionSource {
  const file = edition === 'more' ? 'reviewed' : 'usual';
  return { books: books(edition), workflows: fileURLToPath(new URL(`./procedures/${file}.ts`, import.meta.url)) };
}

function books(edition: EditionName): Books {
  const known = testBooks()[company]!;
  const text = `order (${edition})`;
  const name = { en: text, zh: text, id: text };
  const policies = Object.entries(procedures).map(([id, implementation]) => {
    const policy = testPolicy(id, implementation, { name, reopen: { by: ['desk'] } });
    const hasty = { ...policy.steps['hasty']!, due: { within: '6s', clock: 'wall' as const } };
    return [id, { ...policy, steps: { ...policy.steps, hasty } }] as const;
  });
  return {
    [company]: {
      company: companyPolicy.parse({ ...known.company, procedures: Object.keys(procedures) }),
      procedures: Object.fromEntries(policies),
    },
  };
}
