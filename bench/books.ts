import { fileURLToPath } from 'node:url';
import type { Books, ProcedurePolicy, StepPolicy } from '../domain/policy/policy.js';
import { loadBooks } from '../policies/load.js';
import { testBooks } from '../tests/support/procedures/policy.js';
import { steps } from './leg.js';

/** The workflow types of the bench: the test procedures, and those of the product. */
export const benchWorkflows = fileURLToPath(new URL('ours-workflows.ts', import.meta.url));

const words = (text: string) => ({ en: text, zh: text, id: text });

/** The books that ours runs with: the test company, whose answers may carry the benchmark's kilobyte, and the companies of the product. */
export async function benchBooks(): Promise<Books> {
  const { books } = await loadBooks(fileURLToPath(new URL('../policies', import.meta.url)));
  const { tests } = testBooks();
  if (tests === undefined) throw new Error('no test books');
  const procedures = Object.fromEntries(Object.entries(tests.procedures).map(([id, policy]) => [id, withNotes(policy)]));
  return { ...books, tests: { ...tests, procedures } };
}

function withNotes(policy: ProcedurePolicy): ProcedurePolicy {
  const noted = steps.map((id): [string, StepPolicy | undefined] => {
    const step = policy.steps[id];
    const done = step?.outcomes['done'];
    if (step === undefined || done === undefined) return [id, step];
    return [
      id,
      {
        ...step,
        fields: { note: { name: words('note'), type: 'text', required: true, max: 2000 } },
        outcomes: { ...step.outcomes, done: { ...done, fields: ['note'] } },
      },
    ];
  });
  return { ...policy, steps: { ...policy.steps, ...Object.fromEntries(noted) } as ProcedurePolicy['steps'] };
}
