import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonObject, textOf } from '../../../domain/json.js';
import { applyPatch, patchBetween } from '../../../domain/patch.js';

const part = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), note: fc.constantFrom('a', 'b') }, { requiredKeys: ['quantity'] });
const lines = fc
  .uniqueArray(fc.constantFrom('1', '2', '3'), { minLength: 1 })
  .chain((ids) => fc.tuple(...ids.map((id) => part.map((line) => ({ id, ...line })))));
const subject: fc.Arbitrary<JsonObject> = fc.record({ lines, remarks: fc.constantFrom('x', 'y') }, { requiredKeys: ['lines'] });
const change = fc.oneof(fc.constant(null), part, fc.constant({ note: null }));
const patch: fc.Arbitrary<JsonObject> = fc.record(
  { lines: fc.dictionary(fc.constantFrom('1', '2', '3', '4'), change), remarks: fc.constantFrom('z', null) },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

/** The order of lines aside, since a line that comes back comes last. */
const sorted = (order: JsonObject) => ({
  ...order,
  lines: [...(order['lines'] as readonly JsonObject[])].sort((a, b) => textOf(a['id']).localeCompare(textOf(b['id']))),
});

it('the patch between two subjects makes one of the other', () => {
  fc.assert(
    fc.property(subject, subject, (from, to) => {
      expect(sorted(applyPatch(from, patchBetween(from, to)))).toEqual(sorted(to));
    }),
  );
});

it('a patch is taken back by the patch between what it made and what was', () => {
  fc.assert(
    fc.property(subject, patch, (before, change) => {
      const after = applyPatch(before, change);
      expect(sorted(applyPatch(after, patchBetween(after, before)))).toEqual(sorted(before));
    }),
  );
});

it('equal subjects have nothing between them', () => {
  fc.assert(
    fc.property(subject, (one) => {
      expect(patchBetween(one, one)).toEqual({});
    }),
  );
});
