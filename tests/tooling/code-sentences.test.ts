import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textKeys } from '../../domain/texts/texts.js';

/**
 * Every code that a person may meet in a task or on the radar has a sentence (`<family>.<code>`; that it has one in each language, the compiler
 * checks): failures of effects and readings, refusals of the books, findings of the order check.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
type Texts = ReadonlyMap<string, string>;
const filesIn = (...folders: readonly string[]): Texts =>
  new Map(
    folders.flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
        .filter((name) => /\.(ts|sql)$/.test(name) && !name.startsWith('domain/texts/'))
        .map((name): [string, string] => [name, readFileSync(root + name, 'utf8')]),
    ),
  );

/** Where codes of a family stand in a source: what comes of these is a code, or a union of them. */
const families: Readonly<Record<string, { readonly folders: readonly string[]; readonly patterns: readonly RegExp[] }>> = {
  failure: {
    folders: ['adapters', 'activities', 'workflows', 'ports', 'client/api'],
    patterns: [/new PermanentFailure\(\s*('[A-Z_]+')/g, /ok: false, code: ('[A-Z_]+')/g, /\{ code = ('[A-Z_]+')/g],
  },
  refusal: {
    folders: ['ports', 'db', 'domain/books', 'domain/shipments', 'domain/orders', 'workflows/hehe', 'workflows/jinhui'],
    patterns: [
      // STALE is asked again and never told
      /\bcode: ('(?!STALE')[A-Z_]+'),\s*values/g,
      /refusal: \{ code: ('[A-Z_]+')/g,
    ],
  },
  finding: { folders: ['domain/orders'], patterns: [/\bof\(\s*'[a-z]+',\s*('[A-Z_]+')/g] },
};

function codesIn(texts: Iterable<string>, patterns: readonly RegExp[]): readonly string[] {
  const found = [...texts].flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, codes = '']) => codes)));
  return [...new Set(found.flatMap((codes) => [...codes.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code)))].sort();
}
const unsaid = (family: string, codes: readonly string[], known: ReadonlySet<string>): readonly string[] =>
  codes.map((code) => `${family}.${code}`).filter((key) => !known.has(key));

describe('codes and their sentences', () => {
  it.each(Object.entries(families))('each %s has one', (family, { folders, patterns }) => {
    const codes = codesIn(filesIn(...folders).values(), patterns);
    expect(codes.length).toBeGreaterThan(5);
    expect(unsaid(family, codes, textKeys)).toEqual([]);
  });

  it('each sentence is of a code that there is', () => {
    const said = [...textKeys].filter((key) => /^(failure|refusal|finding)\.[A-Z_]+$/.test(key)).sort();
    const all = Object.entries(families).flatMap(([family, { folders, patterns }]) =>
      codesIn(filesIn(...folders).values(), patterns).map((code) => `${family}.${code}`),
    );
    expect(said.filter((key) => !all.includes(key))).toEqual([]);
  });

  it('a task shows a refusal as a refusal, never as a bare code', () => {
    const bare = [...filesIn('workflows/hehe', 'workflows/jinhui')].flatMap(([name, text]) =>
      [...text.matchAll(/shows: \{[^}]*\b(?:code|refused|problem): [\w.]+/g)].map(([found]) => `${name}: ${found}`),
    );
    expect(bare).toEqual([]);
  });
});

describe('the gate itself', () => {
  const { failure, refusal } = families as { failure: (typeof families)[string]; refusal: (typeof families)[string] };
  it('finds a code without a sentence, also among what a posting is refused with', () => {
    const text = [
      "throw new PermanentFailure('NO_PAPER', 'x')",
      "return { code: 'A_B', values: {} };",
      "transfer(1, from, to, { code: 'C_D',\n values: { line } })",
      "desk.ask('x', { shows: { refusal: { code: 'E_F' } } })",
      "const stale = { code: 'STALE', values: {} };",
    ];
    expect(unsaid('failure', codesIn(text, failure.patterns), new Set())).toEqual(['failure.NO_PAPER']);
    expect(unsaid('refusal', codesIn(text, refusal.patterns), new Set(['refusal.A_B']))).toEqual(['refusal.C_D', 'refusal.E_F']);
  });
});
