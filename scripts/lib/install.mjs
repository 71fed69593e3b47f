import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * Installs the packages of package-lock.json when they are not all there: exactly those, by `npm ci`.
 * @param {string} root the repository
 * @param {(text: string, work: () => Promise<void>) => Promise<void>} tell
 */
export async function install(root, tell) {
  const stamp = join(root, 'node_modules', '.gendan-installed');
  const wanted = stampOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!isInstalled(root)) await tell('Installing packages (about a minute the first time)', () => npmCi(root));
  writeFileSync(stamp, wanted);
}

function stampOf(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  return `${hash} ${process.platform}-${process.arch} ${process.versions.modules}\n`;
}

/** Whether somebody's own `npm ci` or `npm install` has put everything of the lock file there. npm keeps what it installed in a hidden lock file. */
function isInstalled(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || (found[path] === undefined ? optional === true : found[path].version === version),
  );
}

async function npmCi(root) {
  // Development packages too, whatever NODE_ENV says: the compiler is one.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const { code, output } =
    npm && npm.endsWith('.js')
      ? await run(process.execPath, [npm, ...args], { cwd: root })
      : await run('npm', args, { cwd: root, shell: process.platform === 'win32' });
  if (code === 0) return;
  const words = output.trim().split('\n').slice(-15).join('\n');
  throw new Error(`${words}\nThe packages could not be installed: check the network and the npm registry, then start again.`);
}
