import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** The folders that make up the running program; the same list as in tsconfig.build.json. */
function builtFolders(root) {
  return JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')).include;
}

/**
 * Compiles the program into dist/ when a source changed, and puts beside it the files that are read at run time (SQL, YAML …).
 * @param {string} root the repository
 * @param {(text: string, work: () => Promise<void>) => Promise<void>} tell
 */
export async function build(root, tell) {
  const files = builtFolders(root).flatMap((folder) => filesUnder(root, folder));
  const stampFile = join(root, 'dist', '.gendan-built');
  const stamp = { sources: hashOf(root, files), files };
  const before = readStamp(stampFile);
  if (before?.sources === stamp.sources) return;
  await tell('Compiling', async () => {
    // The compiler never removes what it made from a file that is gone.
    if (before === undefined || before.files.some((file) => !files.includes(file)))
      rmSync(join(root, 'dist'), { recursive: true, force: true });
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { code, output } = await run(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root });
    if (code !== 0) {
      rmSync(stampFile, { force: true });
      throw new Error(`${output.trim()}\nThe program does not compile: correct the errors above and start again.`);
    }
    for (const file of files.filter((name) => !name.endsWith('.ts'))) copyIfNewer(join(root, file), join(root, 'dist', file));
    writeFileSync(stampFile, JSON.stringify(stamp));
  });
}

/** What the web app is made of beside its own folder: its texts, and what else of domain/ it takes. */
const webSources = ['web', 'domain'];

/**
 * Builds the web app into dist/web/ when something that it is made of changed.
 * @param {string} root the repository
 * @param {(text: string, work: () => Promise<void>) => Promise<void>} tell
 */
export async function buildWeb(root, tell) {
  const files = webSources.flatMap((folder) => filesUnder(root, folder));
  const stampFile = join(root, 'dist', '.gendan-web-built');
  const sources = hashOf(root, files);
  if (readStamp(stampFile)?.sources === sources && existsSync(join(root, 'dist', 'web', 'index.html'))) return;
  await tell('Building the web app', async () => {
    rmSync(stampFile, { force: true });
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const { code, output } = await run(process.execPath, [vite, 'build', '--config', join('web', 'vite.config.ts'), '--logLevel', 'warn'], {
      cwd: root,
    });
    if (code !== 0) throw new Error(`${output.trim()}\nThe web app does not build: correct the errors above and start again.`);
    writeFileSync(stampFile, JSON.stringify({ sources }));
  });
}

function readStamp(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** @returns {string[]} */
function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(root, path);
      return entry.isFile() && !entry.name.startsWith('.') ? [path] : [];
    })
    .sort();
}

/** By size and time of change, which costs a few milliseconds; an unneeded compilation costs a second or two. */
function hashOf(root, files) {
  const hash = createHash('sha256');
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  for (const file of [...files, ...settings]) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function copyIfNewer(from, to) {
  if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
