import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

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
