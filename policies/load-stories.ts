import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkStories } from '../domain/analysis/check-stories.js';
import type { Theatre } from '../domain/analysis/stage.js';
import { type StoryFile, storyFile } from '../domain/analysis/story.js';
import { subjects } from '../domain/contracts/subjects.js';
import { type Procedure, procedureContext } from '../domain/engine/procedure.js';
import { subjectSchema } from '../domain/policy/form.js';
import { parsePolicyFile, type Source } from '../domain/policy/parse.js';
import type { Loaded } from './load.js';

/** The stories of one procedure, and what they are played in. */
export interface Stories {
  readonly source: Source<StoryFile>;
  readonly theatre: Theatre;
}

/**
 * Reads `<root>/stories/<company>/<procedure>.yaml`. `errors`: each `file:line:column: what is wrong; what is allowed`; stories whose file has
 * one are left out.
 */
export async function loadStories(
  root: string,
  loaded: Loaded,
  procedureOf: (implementation: string) => Procedure<never, never> | undefined,
): Promise<{ readonly stories: readonly Stories[]; readonly errors: readonly string[] }> {
  const stories: Stories[] = [];
  const errors: string[] = [];
  for (const [company, procedure] of await files(root)) {
    const file = `stories/${company}/${procedure}.yaml`;
    const parsed = parsePolicyFile(await readFile(join(root, file), 'utf8'), file, storyFile);
    if (!parsed.ok) {
      errors.push(...parsed.errors);
      continue;
    }
    const { source } = parsed;
    for (const [key, expected] of Object.entries({ company, procedure })) {
      const said = source.value[key as 'company'];
      if (said !== expected) errors.push(`${source.at([key])}: "${said}" is not where the file lies; allowed: ${expected}`);
    }
    const theatre = theatreOf(loaded, company, procedure, procedureOf);
    if (theatre === undefined) {
      errors.push(
        `${source.at(['procedure'])}: there is no procedure ${company}/${procedure}; allowed: one that has a policy and a function`,
      );
      continue;
    }
    const wrong = checkStories(source, theatre);
    errors.push(...wrong);
    if (wrong.length === 0) stories.push({ source, theatre });
  }
  return { stories, errors };
}

async function files(root: string): Promise<readonly (readonly [company: string, procedure: string])[]> {
  const folder = join(root, 'stories');
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/')).sort();
  return names.flatMap((name) => {
    const [, company, procedure] = /^([^/]+)\/([^/]+)\.yaml$/.exec(name) ?? [];
    return company === undefined || procedure === undefined ? [] : [[company, procedure] as const];
  });
}

function theatreOf(
  { books, people, calendars }: Loaded,
  company: string,
  procedure: string,
  procedureOf: (implementation: string) => Procedure<never, never> | undefined,
): Theatre | undefined {
  const book = books[company];
  const setting = procedureContext(book, procedure, procedureOf);
  if (book === undefined || setting === undefined) return undefined;
  const calendar = book.company.calendar === undefined ? undefined : calendars[book.company.calendar];
  const schema = subjectSchema(setting.policy) ?? subjects[setting.policy.implementation];
  return {
    book,
    people: people[company] ?? [],
    setting,
    ...(calendar === undefined ? {} : { calendar }),
    ...(schema === undefined ? {} : { subjects: schema }),
  };
}
