import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/**
 * Words that had a meaning of their own here beside the field's word, and that no name in code has any more: an identifier, a member or a file
 * of a folder in `of` that contains one as a part fails. `wire`: whole names that recorded data has and so keeps. See docs/glossary.md.
 */
interface Ban {
  readonly words: string;
  readonly say: string;
  readonly of: readonly string[];
  readonly wire?: readonly string[];
}

const engine = ['domain/engine', 'domain/authority', 'domain/time', 'workflows/engine', 'worker', 'activities', 'ports'];
const core = [...engine, 'domain/analysis'];
const product = [...core, 'domain', 'workflows', 'adapters', 'client', 'db', 'policies', 'embedded'];

const bans: readonly Ban[] = [
  { words: 'deed deeds', say: 'pendingAction', of: product },
  { words: 'errand errands', say: 'pendingEffect', of: product },
  { words: 'strike strikes struck', say: 'fire (timers), revoke (answers)', of: core, wire: ['struckAt'] },
  { words: 'rung rungs', say: 'escalation step', of: core, wire: ['rung'] },
  { words: 'ladder ladders', say: 'escalation policy', of: engine, wire: ['ladder', '_ladder'] },
  { words: 'flight flights fly land landed', say: 'attempt', of: core, wire: ['flight'] },
  { words: 'reckon reckons reckoned reckoning', say: 'compute', of: core },
  { words: 'draft drafts', say: 'transaction (of a turn)', of: ['domain', 'workflows', 'worker', 'ports', 'activities', 'adapters'] },
  { words: 'desktop asking', say: 'execution', of: product },
  { words: 'live', say: 'effective history', of: core },
  { words: 'fall falls fallen', say: 'revoke', of: engine },
  { words: 'asleep', say: 'closedRun', of: product },
  { words: 'wish wishes', say: 'access request', of: engine },
  { words: 'beside', say: 'collaboration (on tasks), line diff (of orders)', of: [...engine, 'domain/orders'] },
  { words: 'place places', say: 'target (of a command)', of: engine.filter((folder) => folder !== 'ports') },
  { words: 'settle settles', say: 'evaluate (a turn), decide (a bounce)', of: engine, wire: ['settle', 'settledBy'] },
  { words: 'verdict verdicts', say: 'result, decision', of: engine },
  { words: 'setting settings', say: 'procedure context', of: engine },
  { words: 'courier couriers', say: 'dispatcher', of: product },
  { words: 'parcel parcels', say: 'journalled command', of: product },
  { words: 'tend tends tending', say: 'reconcile', of: product },
  { words: 'shelf', say: 'cache', of: product },
  { words: 'edge', say: 'API context', of: ['client', 'db', 'worker'] },
  { words: 'carry carries carried', say: 'execute', of: ['client', 'db', 'worker'], wire: ['carries'] },
  { words: 'verdict verdicts judge', say: 'failure class', of: ['client/dispatch', 'db'] },
  { words: 'told', say: 'message', of: ['client/api', 'client/dispatch'] },
  { words: 'wish wishes', say: 'access request', of: ['client', 'db'], wire: ['wish', '_wish'] },
  { words: 'beside', say: 'collaboration', of: ['client/api', 'client/dispatch', 'db'] },
  { words: 'place places', say: 'target; queue (of a case), ref (of a notice), page start', of: ['client/dispatch', 'client/api'] },
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const partsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((part) => part.toLowerCase());

/** All names that code has: of variables, types, members. Texts and comments have none. */
function namesIn(file: string, text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Readonly<Record<string, unknown>>;
    if ((node['type'] === 'Identifier' || node['type'] === 'PrivateIdentifier') && typeof node['name'] === 'string')
      names.add(node['name']);
    Object.values(node).forEach(walk);
  };
  walk(parseSync(file, text).program);
  return names;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => !name.startsWith('domain/texts/'));
}

/** `file: name` of each name that a ban is of. */
function found({ words, of, wire = [] }: Ban, names: (file: string) => ReadonlySet<string>): readonly string[] {
  const banned = new Set(words.split(' '));
  const has = (name: string): boolean => partsOf(name).some((part) => banned.has(part));
  const files = [...new Set(of.flatMap(filesOf))];
  return files.flatMap((file) => [
    ...(has(basename(file, '.ts')) ? [`${file}: its own name`] : []),
    ...[...names(file)].filter((name) => has(name) && !wire.includes(name)).map((name) => `${file}: ${name}`),
  ]);
}

describe('the words of the code', () => {
  const known = new Map<string, ReadonlySet<string>>();
  const names = (file: string): ReadonlySet<string> => {
    const had = known.get(file) ?? namesIn(file, readFileSync(join(root, file), 'utf8'));
    known.set(file, had);
    return had;
  };

  it.each(bans)('$words → $say', (ban) => {
    expect(found(ban, names)).toEqual([]);
  });

  it('are seen in names of every kind, and nowhere else', () => {
    const text =
      "// a rung\nexport class Rungs { rungId = 'rung'; #rung = { rungAt: 1 }; f(rung: Rung) { return rung; } }\nconst wrung = 1;";
    const seen = [...namesIn('a.ts', text)].filter((name) => partsOf(name).some((part) => ['rung', 'rungs'].includes(part)));
    expect(seen.sort()).toEqual(['Rung', 'Rungs', 'rung', 'rungAt', 'rungId']);
  });
});
