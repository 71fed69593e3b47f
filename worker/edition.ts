import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { canon } from '../domain/case/canon.js';
import type { Json } from '../domain/case/json.js';
import type { Books } from '../domain/policy/policy.js';
import { packageRoot, pinnedVersions, sha256, sourcesOf } from './sources.js';

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
