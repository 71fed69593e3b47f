import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import type { Procedure } from '../../domain/engine/procedure.js';
import { instrument, type Site } from './instrument.js';
import type { control } from './mutation-switch.js';

/** All procedures, with a switch at every site of their files. */
export interface Switched {
  readonly procedures: Readonly<Record<string, Procedure<never, never>>>;
  readonly control: typeof control;
  readonly sites: readonly Site[];
}

/** Bundles the procedures of `<root>/workflows` with switches in the files of every company, and loads them. */
export async function switchedProcedures(root: string): Promise<Switched> {
  const sites: Site[] = [];
  const { outputFiles } = await build({
    stdin: {
      contents: "export { procedures } from './workflows/procedures.ts'; export { control } from 'mutation-switch';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [
      {
        name: 'switches',
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /^mutation-switch$/ }, () => ({ path: join(root, 'scripts', 'lib', 'mutation-switch.ts') }));
          onLoad({ filter: /[\\/]workflows[\\/][^\\/]+[\\/][^\\/]+\.ts$/ }, async ({ path }) => {
            const file = relative(root, path).replaceAll('\\', '/');
            const source = await readFile(path, 'utf8');
            if (file.startsWith('workflows/engine/')) return { contents: source, loader: 'ts' };
            const { code, sites: found } = instrument(file, source, sites.length);
            sites.push(...found);
            return { contents: code, loader: 'ts' };
          });
        },
      },
    ],
  });
  const text = outputFiles[0]?.text ?? '';
  const module = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as Omit<Switched, 'sites'>;
  return { ...module, sites };
}
