import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../domain/case/json.js';
import { applyPatch, inversePatch, joinPatches } from '../../../domain/case/patch.js';

const part = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), note: fc.constantFrom('a', 'b') }, { requiredKeys: ['quantity'] });
const lines = fc.uniqueArray(fc.constantFrom('1', '2', '3'), { minLength: 1 }).chain((ids) =>
  fc.tuple(...ids.map((id) => part.map((line) => ({ id, ...line })))),
);
const subject: fc.Arbitrary<JsonObject> = fc.record({ lines, remarks: fc.constantFrom('x', 'y') }, { requiredKeys: ['lines'] });
const change = fc.oneof(fc.constant(null), part, fc.constant({ note: null }));
const patch: fc.Arbitrary<JsonObject> = fc.record(
  { lines: fc.dictionary(fc.constantFrom('1', '2', '3', '4'), change), remarks: fc.constantFrom('z', null) },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

/** The order of lines aside, since a line that comes back comes last. */
const sorted = (order: JsonObject) => ({
  ...order,
  lines: [...(order['lines'] as readonly JsonObject[])].sort((a, b) => String(a['id']).localeCompare(String(b['id']))),
});

it('a patch and what takes it back leave the subject as it was', () => {
  fc.assert(
    fc.property(subject, patch, (before, change) => {
      const after = applyPatch(before, change);
      expect(sorted(applyPatch(after, inversePatch(before, change)))).toEqual(sorted(before));
    }),
  );
});

it('two patches joined do what they do one after the other, when the first takes one back', () => {
  fc.assert(
    fc.property(subject, patch, patch, (before, first, second) => {
      const back = inversePatch(before, first);
      const now = applyPatch(before, first);
      expect(sorted(applyPatch(now, joinPatches(back, second)))).toEqual(sorted(applyPatch(before, second)));
    }),
  );
});
