import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBooks } from '../../policies/load.js';
import { loadStories } from '../../policies/load-stories.js';
import { procedures } from '../../workflows/procedures.js';
import { Plant } from '../support/plant.js';
import { tellOnServer } from '../support/server-story.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loaded = await loadBooks(`${root}/policies`);
const { stories } = await loadStories(root, loaded, (implementation) => procedures[implementation as keyof typeof procedures]);
const told = stories.flatMap((one) =>
  one.source.value.stories.flatMap(({ story, server }, n) => (server === true ? [{ name: one.source.file, story, one, n }] : [])),
);

let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = loaded;
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks, workflows: `${root}/workflows/index.ts`, procedures } });
});
afterAll(() => plant.close());

describe.concurrent('a story over the API of the real server', () => {
  it.each(told)(
    '$name: $story',
    async ({ one, n }) => {
      expect(await tellOnServer(plant, one, n)).toBeUndefined();
    },
    300_000,
  );
});
