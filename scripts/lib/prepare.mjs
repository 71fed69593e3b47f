import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, buildWeb } from './build.mjs';
import { install } from './install.mjs';
import { progressTeller } from './progress.mjs';
import { inTurn } from './turn.mjs';

/** The repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Brings packages and compiled program up to date. Ends the program with a sentence when it cannot.
 * @param {{ quiet?: boolean, web?: boolean }} options `web`: the web app too, which only a server needs
 */
export async function prepare({ quiet = false, web = false } = {}) {
  const tell = progressTeller({ quiet });
  try {
    await inTurn(root, async () => {
      await install(root, tell);
      await build(root, tell);
      if (web) await buildWeb(root, tell);
    });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/**
 * Becomes the command line program: in this same process, so that signals and exit codes are its own.
 * @param {string[]} args
 */
export async function becomeCli(args) {
  const main = join(root, 'dist', 'client', 'cli', 'main.js');
  if (!existsSync(main)) {
    process.stderr.write(`${main} is missing: delete the folder dist and start again.\n`);
    process.exit(1);
  }
  process.argv = [process.execPath, main, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(main).href);
}
