import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sources } from '../domain/analysis/trace.js';

/** The texts that a clause trace looks at: the procedures of every company, and the tests. `root` is the folder of package.json. */
export async function traceFiles(root: string): Promise<{ readonly procedures: Sources; readonly tests: Sources }> {
  const [procedures, tests] = await Promise.all([
    texts(root, 'workflows', (name) => name.endsWith('.ts') && !name.startsWith('engine/') && name.includes('/')),
    texts(root, 'tests', (name) => name.endsWith('.test.ts')),
  ]);
  return { procedures, tests };
}

async function texts(root: string, folder: string, wanted: (name: string) => boolean): Promise<Sources> {
  const names = (await readdir(join(root, folder), { recursive: true })).map((name) => name.replaceAll('\\', '/')).filter(wanted);
  return new Map(
    await Promise.all(
      names.sort().map(async (name): Promise<[string, string]> => [`${folder}/${name}`, await readFile(join(root, folder, name), 'utf8')]),
    ),
  );
}
