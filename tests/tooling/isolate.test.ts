import { describe, expect, it } from 'vitest';
import { buildEdition } from '../../worker/edition.js';

describe('the isolate', () => {
  it('evaluates conditions that were read when the policy was loaded: the FEEL parser would cost each worker and each bundle dearly', async () => {
    const { code } = await buildEdition({ books: {} });
    expect(code).toContain('domain/policy/condition.ts');
    expect(code).not.toContain('node_modules/feelin');
  });
});
