import { expect, it } from 'vitest';
import { refusalsShown } from '../../client/api/tasks/page.js';

const short = { code: 'STOCK_EXCEEDED', values: { product: 'P-1', asked: 40, open: 25 } };

it.each([
  ['en', 'Of P-1, 40 were to leave, but only 25 are in stock and free.'],
  ['zh', 'P-1拟发40，可用库存只有25。'],
  ['id', 'P-1: 40 akan dikirim, padahal stok yang bebas hanya 25.'],
] as const)('when the books refused what a task is about, then it says why in %s', (locale, sentence) => {
  expect(refusalsShown({ lines: [], refusal: short }, locale, {})).toEqual({ refusal: { ...short, sentence } });
});

it('when lines were refused, by books or by a case, then each says why; a task without a refusal says nothing', () => {
  const shown = { lines: { a: { refusal: short }, b: { refusal: { code: 'CASE_CLOSED', values: {} } }, c: { quantity: 1 } } };
  const { refusal, refusals = {} } = refusalsShown(shown, 'en', {});
  expect(refusal).toBeUndefined();
  expect(Object.entries(refusals).map(([line, told]) => [line, told.code])).toEqual([
    ['a', 'STOCK_EXCEEDED'],
    ['b', 'CASE_CLOSED'],
  ]);
  expect(refusalsShown({ lines: [] }, 'en', {})).toEqual({});
});
