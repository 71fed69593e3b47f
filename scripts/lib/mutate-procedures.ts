import { fileURLToPath } from 'node:url';
import { policyMutations } from '../../domain/analysis/mutate-policy.js';
import type { Theatre } from '../../domain/analysis/stage.js';
import { Telling } from '../../domain/analysis/tell.js';
import type { Row } from '../../domain/engine/ledger.js';
import type { Json } from '../../domain/json.js';
import type { CompanyBook } from '../../domain/policy/policy.js';
import { loadBooks } from '../../policies/load.js';
import { loadStories, type Stories } from '../../policies/load-stories.js';
import type { Site } from './instrument.js';
import { type Switched, switchedProcedures } from './switched-procedures.js';

/**
 * Shows that the stories see what they must see: leaves out one call of the desk after another, takes each condition of a procedure as true and as
 * false, and takes each part out of its policy; each time some story must go otherwise. Lists what none of them sees, with clause and place.
 */
interface Tried {
  readonly name: string;
  readonly where: string;
  readonly clauses: readonly string[];
  /** The files of stories whose business it is. */
  readonly companies: readonly Cast[];
  readonly seen: boolean;
}

/** The stories of one procedure with the switches that each of them passes. */
class Cast {
  readonly stories: Stories;
  readonly name: string;
  private readonly passed: readonly ReadonlySet<number>[];
  private readonly results: readonly Readonly<Record<string, Json>>[];
  /** How often each story has seen something: who saw much is asked first. */
  private readonly seen: number[];
  private readonly switched: Switched;

  constructor(stories: Stories, switched: Switched) {
    this.stories = stories;
    this.switched = switched;
    this.name = `${stories.source.value.company}/${stories.source.value.procedure}`;
    this.seen = stories.source.value.stories.map(() => 0);
    const { control } = switched;
    control.active = undefined;
    const baselines = stories.source.value.stories.map((_, n) => {
      control.passed.clear();
      const told = new Telling(stories.source.value, this.theatre()).tell(n);
      if (told.failure !== undefined)
        throw new Error(`${this.name}: "${told.story}" goes otherwise as it is; allowed: npm run stories without a fault`);
      return { passed: new Set(control.passed), results: resultsIn(told.ledger) };
    });
    this.passed = baselines.map(({ passed }) => passed);
    this.results = baselines.map(({ results }) => results);
  }

  passes(n: number): boolean {
    return this.passed.some((passed) => passed.has(n));
  }

  /** Whether some story goes otherwise. `site`: only those that pass it are asked. */
  sees(site: number | undefined, book?: CompanyBook): boolean {
    const telling = new Telling(this.stories.source.value, this.theatre(book));
    const order = this.seen.map((_, n) => n).sort((a, b) => (this.seen[b] ?? 0) - (this.seen[a] ?? 0));
    const { control } = this.switched;
    for (const n of order) {
      if (site !== undefined && this.passed[n]?.has(site) !== true) continue;
      control.results = this.results[n] ?? {};
      if (!goesOtherwise(telling, n)) continue;
      this.seen[n] = (this.seen[n] ?? 0) + 1;
      return true;
    }
    return false;
  }

  private theatre(book?: CompanyBook): Theatre {
    const { theatre } = this.stories;
    const policy = book?.procedures[theatre.setting.policy.procedure] ?? theatre.setting.policy;
    const procedure = this.switched.procedures[policy.implementation];
    if (procedure === undefined) throw new Error(`${this.name}: there is no function ${policy.implementation}`);
    this.switched.control.policy = policy;
    return { ...theatre, book: book ?? theatre.book, setting: { ...theatre.setting, policy, procedure } };
  }
}

/** A story that breaks off has seen it too. */
function goesOtherwise(telling: Telling, n: number): boolean {
  try {
    return telling.tell(n).failure !== undefined;
  } catch {
    return true;
  }
}

function resultsIn(ledger: readonly Row[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    ledger.flatMap(({ effect, body }) =>
      effect?.state === 'done' && body?.['result'] !== undefined ? [[effect.effect, body['result']]] : [],
    ),
  );
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const since = performance.now();
const loaded = await loadBooks(`${root}/policies`);
const switched = await switchedProcedures(root);
const { stories, errors } = await loadStories(root, loaded, (implementation) => switched.procedures[implementation]);
if (loaded.errors.length + errors.length > 0) throw new Error([...loaded.errors, ...errors].join('\n'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const casts = stories
  .map((one) => new Cast(one, switched))
  .filter(({ name }) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)));
report([...inSources(), ...inPolicies()]);

function inSources(): readonly Tried[] {
  const names = new Map<string, number>();
  return switched.sites.flatMap((site) => {
    const cast = casts.filter((one) => one.passes(site.n));
    const values = site.kind === 'drop' ? [undefined] : site.values;
    const owners =
      cast.length > 0
        ? cast
        : casts.filter(
            ({ stories: { theatre } }) =>
              site.file.endsWith(`/${theatre.setting.policy.procedure}.ts`) && site.file.includes(`/${theatre.book.company.company}/`),
          );
    if (owners.length === 0) return [];
    return values.map((value) => {
      const plain = `${value === undefined ? `without ${site.text}` : `${site.text} = ${value}`}`;
      const again = (names.get(`${site.file} ${plain}`) ?? 0) + 1;
      names.set(`${site.file} ${plain}`, again);
      const name = again === 1 ? plain : `${plain} (${again})`;
      return {
        name,
        where: `${site.file}:${site.line}`,
        clauses: site.clauses,
        companies: owners,
        seen: cast.some((one) => seesSite(one, site, value)),
      };
    });
  });
}

function seesSite(cast: Cast, { n }: Site, value: boolean | undefined): boolean {
  switched.control.active = value === undefined ? { n } : { n, value };
  const seen = cast.sees(n);
  switched.control.active = undefined;
  return seen;
}

function inPolicies(): readonly Tried[] {
  const books = new Map(casts.map(({ stories: { theatre } }) => [theatre.book.company.company, theatre.book]));
  return [...books].flatMap(([company, book]) =>
    policyMutations(book).flatMap(({ name, procedures, clauses, change }) => {
      const cast = casts.filter(({ name: one }) => procedures.some((procedure) => one === `${company}/${procedure}`));
      if (cast.length === 0) return [];
      const changed = change(book);
      return [{ name, where: `policies/${company}`, clauses, companies: cast, seen: cast.some((one) => one.sees(undefined, changed)) }];
    }),
  );
}

/** Says which mutations nobody saw; one that a file lists as equivalent must be there and not be seen. */
function report(tried: readonly Tried[]): void {
  const faults: string[] = [];
  const excused = new Set<Tried>();
  for (const {
    stories: { source },
    name: file,
  } of casts)
    for (const name of Object.keys(source.value.equivalent ?? {})) {
      const one = tried.find((other) => other.name === name && other.companies.some((cast) => cast.name === file));
      const place = source.at(['equivalent', name], 'key');
      if (one === undefined) faults.push(`${place}: there is no mutation "${name}"; allowed: one that is listed as not seen`);
      else if (one.seen) faults.push(`${place}: a story sees "${name}"; allowed: mutations that none sees`);
      else excused.add(one);
    }
  const missed = tried.filter((one) => !one.seen && !excused.has(one));
  for (const { name, where, clauses } of missed)
    console.log(`NOT SEEN ${clauses.length > 4 ? `${clauses.slice(0, 4).join(' ')} …` : clauses.join(' ')} ${where}: ${name}`);
  for (const fault of faults) console.log(fault);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  console.log(
    `${tried.length - missed.length - excused.size} of ${tried.length} mutations seen, ${excused.size} equivalent, in ${seconds} s`,
  );
  process.exitCode = missed.length + faults.length === 0 && tried.length > 0 ? 0 : 1;
}
