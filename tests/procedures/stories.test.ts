import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { failureText, untried, wordless } from '../../domain/analysis/check-stories.js';
import { explore } from '../../domain/analysis/explore.js';
import { Telling } from '../../domain/analysis/tell.js';
import { canon } from '../../domain/canonical-json.js';
import type { Json } from '../../domain/json.js';
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

  it('everything that is shown has words', () => {
    expect(wordless(source, theatre, telling.all())).toEqual([]);
  });

  it('explored with what the stories bring into it, it has no dead end and no fault', () => {
    const { setting } = theatre;
    const worlds = new Map(telling.all().map(({ world }) => [canon(world as unknown as Json), world]));
    const perLine = ([step]: readonly [string, unknown]): boolean => setting.policy.steps[step]?.perLine !== true;
    const ends = new Set<string>();
    for (const world of worlds.values()) {
      const answers = Object.fromEntries(Object.entries(world.answers ?? {}).filter(perLine));
      const { findings, ends: found } = explore(setting, { ...world, answers }, { disturbances: 1, rounds: 2, states: 200 });
      expect(findings.filter(({ kind }) => kind !== 'unreachable-step')).toEqual([]);
      for (const { outcome } of found) ends.add(canon(outcome));
    }
    expect(ends.size).toBeGreaterThan(1);
  }, 120_000);
});
