import { fileURLToPath } from 'node:url';
import { failureText, untried, wordless } from '../domain/analysis/check-stories.js';
import { Telling } from '../domain/analysis/tell.js';
import { loadBooks } from '../policies/load.js';
import { loadStories } from '../policies/load-stories.js';
import { procedures } from '../workflows/procedures.js';

/** Plays the stories of all procedures, or of those whose `company/procedure` begins with one of the arguments, and says which went otherwise. */
const root = fileURLToPath(new URL('..', import.meta.url));
const books = await loadBooks(`${root}/policies`);
const { stories, errors } = await loadStories(root, books, (implementation) => procedures[implementation as keyof typeof procedures]);
const wanted = process.argv.slice(2);
const faults = [...books.errors, ...errors];
let told = 0;
for (const { source, theatre } of stories) {
  const name = `${source.value.company}/${source.value.procedure}`;
  if (wanted.length > 0 && !wanted.some((one) => name.startsWith(one))) continue;
  const since = performance.now();
  const all = new Telling(source.value, theatre).all();
  told += all.length;
  console.log(`${name}: ${all.length} stories in ${Math.round(performance.now() - since)} ms`);
  for (const one of all) if (one.failure !== undefined) faults.push(failureText(source, one, one.failure));
  faults.push(...wordless(source, theatre, all));
  if (all.every(({ failure }) => failure === undefined))
    faults.push(
      ...untried(
        source,
        theatre.setting.policy,
        all.flatMap((one) => one.taken),
      ),
    );
}
for (const fault of faults) console.log(fault);
console.log(`${told} stories, ${faults.length} went otherwise`);
process.exitCode = faults.length === 0 ? 0 : 1;
