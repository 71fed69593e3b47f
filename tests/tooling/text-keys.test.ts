import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textKeys } from '../../domain/texts/texts.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = [
  'activities',
  'adapters',
  'client',
  'db',
  'domain',
  'embedded',
  'policies',
  'ports',
  'worker',
  'workflows',
  'scripts',
  'web',
];

/** The program without its texts, by path. */
const sources: ReadonlyMap<string, string> = new Map(
  folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((name) => /\.(tsx?|mjs|sql)$/.test(name) && !/^domain\/texts\/(en|zh|id)\//.test(name))
      .map((name): [string, string] => [name, readFileSync(root + name, 'utf8')]),
  ),
);

interface Use {
  /** Texts in quotes, and statuses. */
  readonly literals: ReadonlySet<string>;
  /** Templates such as `radar.${cause}.known`, by their fixed parts. */
  readonly templates: readonly (readonly string[])[];
}

function useIn(texts: Iterable<string>): Use {
  const literals = new Set<string>();
  const templates: (readonly string[])[] = [];
  for (const text of texts) {
    for (const [, literal = ''] of text.matchAll(/'((?:[^'\\\n]|\\.)*)'/g)) literals.add(literal);
    for (const [number] of text.matchAll(/\b\d{3}\b/g)) literals.add(number);
    for (const [, template = ''] of text.matchAll(/`([^`\n]*\$\{[^`\n]*)`/g)) templates.push(template.split(/\$\{[^}]*\}/));
  }
  return { literals, templates };
}

/**
 * A text is used where its key stands in quotes; or where a template makes it (`radar.${cause}`) and each word that the template leaves open
 * stands somewhere in the program itself: a cause that nothing names any more has no use for its sentence.
 */
function isUsed(key: string, { literals, templates }: Use): boolean {
  if (literals.has(key)) return true;
  const words = new Set(templates.flatMap((parts) => parts.flatMap((part) => part.split('.'))));
  const named = (open: string): boolean => literals.has(open) || open.split('.').every((word) => literals.has(word) || words.has(word));
  return templates.some((parts) => {
    if (!/^[a-z][\w-]*\.$/.test(parts[0]?.match(/^[^.]*\./)?.[0] ?? '')) return false;
    const shape = new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)')}$`);
    const open = shape.exec(key)?.slice(1);
    return open?.every(named) ?? false;
  });
}

const unused = (keys: Iterable<string>, use: Use): readonly string[] => [...keys].filter((key) => !isUsed(key, use));

/** Keys in quotes where the compiler does not look: they may be put together from codes, so their type is any text. */
function unknownKeys(texts: ReadonlyMap<string, string>, known: ReadonlySet<string>): readonly string[] {
  return [...texts].flatMap(([name, text]) =>
    [...text.matchAll(/\b(?:tell|sayCode)\(\s*[\w.]+,\s*'([^']+)'/g)].flatMap(([, key = '']) =>
      known.has(key) ? [] : [`${name}: ${key}`],
    ),
  );
}

/** Rules that a refusal names (`rule: 'cursor'`) without a sentence of its own. */
function unknownRules(texts: ReadonlyMap<string, string>, known: ReadonlySet<string>): readonly string[] {
  return [...texts].flatMap(([name, text]) =>
    [...text.matchAll(/\brule: '([a-z-]+)' [,}]|\binvalid\([^,()]+, '([a-z-]+)'\)/g)]
      .map(([, one, other]) => one ?? other ?? '')
      // `member` is the rule of an authority, not of a field.
      .filter((rule) => rule !== 'member' && !known.has(`rule.${rule}`))
      .map((rule) => `${name}: ${rule}`),
  );
}

describe('the catalogue of texts', () => {
  it('has no text that the program does not use', () => {
    expect(unused(textKeys, useIn(sources.values()))).toEqual([]);
  });

  it('has every text that is asked for by a key the compiler does not check', () => {
    expect(unknownKeys(sources, textKeys)).toEqual([]);
    const api = [...sources].filter(([name]) => name.startsWith('client/api/'));
    expect(unknownRules(new Map(api), textKeys)).toEqual([]);
  });
});

describe('the check of the catalogue', () => {
  const use = useIn([
    `say('cli.about'); say(\`radar.\${cause}.known\`); const causes = ['late', 'gone']; say(\`timeline.\${of}\`); \`clock.\${state}\`; 'met'`,
  ]);

  it.each([
    ['in quotes', 'cli.about', true],
    ['of a longer key', 'cli.about.more', false],
    ['made by a template', 'radar.late.known', true],
    ['made by a template of words that nothing says', 'radar.early.known', false],
    ['of another shape', 'radar.late', false],
    ['made by a template within a template', 'timeline.clock.met', true],
    ['made by one with a word that nothing says', 'timeline.clock.missed', false],
  ])('takes a key %s: %s is used: %s', (_, key, expected) => {
    expect(isUsed(key, use)).toBe(expected);
  });

  it('finds keys and rules that have no text', () => {
    const text = new Map([
      ['a.ts', "tell(locale, 'why.team', 'TEAM'); sayCode(locale, 'who.engine'); throw invalid(field, 'odd'); ({ rule: 'even' })"],
    ]);
    expect(unknownKeys(text, new Set(['who.engine']))).toEqual(['a.ts: why.team']);
    expect(unknownRules(text, new Set(['rule.even']))).toEqual(['a.ts: odd']);
  });
});
