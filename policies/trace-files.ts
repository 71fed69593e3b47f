import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sources } from '../domain/analysis/trace.js';

/** The texts of every company's procedures, which a clause trace looks at, by path. `root` is the folder of package.json. */
export async function traceFiles(root: string): Promise<Sources> {
  const wanted = (name: string): boolean => name.endsWith('.ts') && !name.startsWith('engine/') && name.includes('/');
  const names = (await readdir(join(root, 'workflows'), { recursive: true })).map((name) => name.replaceAll('\\', '/')).filter(wanted);
  return new Map(
    await Promise.all(
      names
        .sort()
        .map(async (name): Promise<[string, string]> => [`workflows/${name}`, await readFile(join(root, 'workflows', name), 'utf8')]),
    ),
  );
}
