import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];

/**
 * The browser that tests and pictures are made with: the system's own; else Debian's, where this is Debian and we are root; else the one that
 * playwright downloads. With Debian's comes a font for Chinese, without which pictures show boxes.
 * @param {string} root the repository
 * @param {(text: string, work: () => Promise<void>) => Promise<void>} tell
 * @returns {Promise<string>} the program
 */
export async function chromium(root, tell) {
  const given = process.env.CHROMIUM;
  if (given) return given;
  const found = inPath();
  if (found !== undefined) return found;
  let how = '';
  await tell('Installing Chromium', async () => {
    how = (await byApt()) ?? (await byPlaywright(root)) ?? '';
  });
  if (how !== '') return how;
  throw new Error('There is no Chromium here and it could not be installed: install one, or set CHROMIUM to the program.');
}

function inPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function byApt() {
  if (process.getuid?.() !== 0 || !isProgram('/usr/bin/apt-get')) return undefined;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { cwd: '/', env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], { cwd: '/', env });
  return inPath();
}

async function byPlaywright(root) {
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js');
  const { code } = await run(process.execPath, [cli, 'install', 'chromium'], { cwd: root });
  if (code !== 0) return undefined;
  const { chromium: browser } = await import('playwright-core');
  return browser.executablePath();
}
