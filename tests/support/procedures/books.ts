import { type Books, companyPolicy } from '../../../domain/policy/policy.js';
import { testBooks, testPolicy } from './policy.js';

/** What a procedure runs as, and what its policy has otherwise than that of all test procedures. */
export interface BookedProcedure {
  readonly implementation: string;
  readonly changes?: object;
}

/** The books of the company `tests` with these procedures, by procedure id. */
export function booksOf(procedures: Readonly<Record<string, BookedProcedure>>): Books {
  const known = testBooks()['tests']!;
  return {
    tests: {
      company: companyPolicy.parse({ ...known.company, procedures: Object.keys(procedures) }),
      procedures: Object.fromEntries(
        Object.entries(procedures).map(([id, { implementation, changes }]) => [id, testPolicy(id, implementation, changes)]),
      ),
    },
  };
}

/** The policy of one step of the test procedures, to be put back changed. */
export const testSteps = (): Readonly<Record<string, object>> => testPolicy('any', 'any').steps;
