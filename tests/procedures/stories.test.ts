import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { failureText, untried } from '../../domain/analysis/check-stories.js';
import { Telling } from '../../domain/analysis/tell.js';
import { loadBooks } from '../../policies/load.js';
import { loadStories } from '../../policies/load-stories.js';
import { procedures } from '../../workflows/procedures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { stories, errors } = await loadStories(
  root,
  await loadBooks(`${root}/policies`),
  (implementation) => procedures[implementation as keyof typeof procedures],
);

it('the files of stories are all right', () => {
  expect(errors).toEqual([]);
});

describe.each(stories)('$source.value.company/$source.value.procedure', ({ source, theatre }) => {
  const telling = new Telling(source.value, theatre);
  it.each(source.value.stories.map(({ story }, n) => [story, n] as const))('%s', (_, n) => {
    const told = telling.tell(n);
    if (told.failure !== undefined) expect.unreachable(failureText(source, told, told.failure));
  });

  it('every outcome of every step is taken', () => {
    const taken = telling.all().flatMap((told) => told.taken);
    expect(untried(source, theatre.setting.policy, taken)).toEqual([]);
  });
});
