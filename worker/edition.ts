import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { canon } from '../domain/canonical-json.js';
import type { Json } from '../domain/json.js';
import type { Books } from '../domain/policy/policy.js';

/** The folder of package.json, from source and from dist alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const imports = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'(\.[^']+)'/gm;

/** All source files that a workflow entry takes in by relative imports, type imports apart: path from the root → text. */
export function sourcesOf(entry: string, root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    const name = relative(root, file);
    if (found.has(name)) return;
    const text = readFileSync(file, 'utf8');
    found.set(name, text);
    for (const [, path] of text.matchAll(imports)) if (path !== undefined) visit(resolve(dirname(file), path.replace(/\.js$/, '.ts')));
  };
  visit(entry);
  return found;
}

/** The exact versions of the packages that become part of a workflow bundle. */
export function pinnedVersions(root: string): Readonly<Record<string, string>> {
  const version = (name: string): string => {
    const { version: found } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
    return found;
  };
  return Object.fromEntries(
    ['@temporalio/workflow', '@temporalio/common', '@temporalio/worker', '@noble/hashes'].map((name) => [name, version(name)]),
  );
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What an edition was made of; `bundle` is the SHA-256 of its code, checked whenever it is served. */
export interface EditionManifest {
  readonly sources: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly bundle: string;
}

/** A build of procedures with their policies: the id is the hash of its contents. */
export interface Edition {
  readonly id: string;
  readonly books: Books;
  readonly code: string;
  readonly manifest: EditionManifest;
}

export interface EditionSource {
  readonly books: Books;
  /** The module that exports the workflow types. */
  readonly workflows?: string;
}

/** The id an edition of these sources has, without building it. */
export function editionIdOf({ books, workflows = join(packageRoot(), 'workflows/index.ts') }: EditionSource): {
  readonly id: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
} {
  const root = packageRoot();
  const sources = Object.fromEntries([...sourcesOf(workflows, root)].map(([name, text]) => [name, sha256(text)]));
  const versions = pinnedVersions(root);
  return { id: `e${sha256(canon({ sources, versions, books: books as unknown as Json })).slice(0, 12)}`, sources, versions };
}

/** Bundles the workflows with their policies into one edition. Takes one to three seconds. */
export async function buildEdition(source: EditionSource): Promise<Edition> {
  const { id, sources, versions } = editionIdOf(source);
  const folder = await mkdtemp(join(tmpdir(), 'gendan-edition-'));
  try {
    const pinned = join(folder, 'edition.mjs');
    await writeFile(pinned, `export const edition = ${JSON.stringify(id)};\nexport const books = ${JSON.stringify(source.books)};\n`);
    const workflowsPath = source.workflows ?? join(packageRoot(), 'workflows/index.ts');
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      // Evaluated once for all cases, and frozen, instead of once for each cached case: procedures, engine, books and what they import keep no state of a case.
      preloadModules: [workflowsPath],
      logger: new DefaultLogger('ERROR'),
      webpackConfigHook: (config) => ({
        ...config,
        resolve: {
          ...config.resolve,
          alias: { ...(config.resolve?.alias as Readonly<Record<string, string | false>> | undefined), 'gendan-edition$': pinned },
        },
      }),
    });
    return { id, books: source.books, code, manifest: { sources, versions, bundle: sha256(code) } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether an edition's code is what its manifest says. A worker refuses to serve one that is not. */
export function isIntact(edition: Pick<Edition, 'code' | 'manifest'>): boolean {
  return sha256(edition.code) === edition.manifest.bundle;
}
