import { spawn } from 'node:child_process';

/**
 * Runs a program and keeps what it prints.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, show?: boolean, showErrors?: boolean, shell?: boolean }} options `show` also passes all
 *   output on to stdout, `showErrors` what it says on stderr
 * @returns {Promise<{ code: number, output: string, stdout: string }>} `output` is both streams as they came
 */
export function run(program, args, { cwd, env, show = false, showErrors = false, shell = false }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], shell });
    const all = [];
    const out = [];
    child.stdout.on('data', (chunk) => {
      all.push(chunk);
      out.push(chunk);
      if (show) process.stdout.write(chunk);
    });
    child.stderr.on('data', (chunk) => {
      all.push(chunk);
      if (show || showErrors) process.stdout.write(chunk);
    });
    const text = (chunks) => Buffer.concat(chunks).toString('utf8');
    child.once('error', (error) => resolve({ code: 127, output: error.message, stdout: '' }));
    child.once('close', (code) => resolve({ code: code ?? 1, output: text(all), stdout: text(out) }));
  });
}
