import { requireNode } from './lib/node-version.mjs';

requireNode();
const { mkdtempSync, readFileSync, rmSync } = await import('node:fs');
const { tmpdir } = await import('node:os');
const { join, relative } = await import('node:path');
const { stripVTControlCharacters } = await import('node:util');
const { gates } = await import('./lib/gates.mjs');
const { prepare, root } = await import('./lib/prepare.mjs');
const { run } = await import('./lib/run.mjs');

/**
 * `npm test`: every gate, then every test; `npm test -- <filter>` only the tests whose file name matches. Ends with the one line
 * `N passed, N failed`, which counts gates and tests, and fails if anything failed or no test ran. What failed stands just above it.
 */
const filter = process.argv.slice(2);
await prepare({ web: true });
const results = [];
if (filter.length === 0) for (const gate of gates(root)) results.push(await runGate(gate));
const tests = await runTests(filter);
results.push(tests);
report(results);

async function runGate({ name, command: [program, ...args] }) {
  const since = Date.now();
  const { code, output } = await run(program, args, { cwd: root, shell: process.platform === 'win32' });
  const failed = code !== 0;
  console.log(line(name, failed, Date.now() - since));
  if (failed) console.log(output.trimEnd());
  return { name, ms: Date.now() - since, passed: failed ? 0 : 1, failed: failed ? 1 : 0 };
}

async function runTests(names) {
  const since = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'gendan-results-'));
  const file = join(folder, 'results.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...names];
    const { code } = await run(process.execPath, args, { cwd: root, show: true, env: await temporalProgram() });
    return { name: 'tests', ms: Date.now() - since, ...count(file, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program that the tests' Temporal is started with; getting it can take minutes, more than a test may wait. */
async function temporalProgram() {
  const { code, stdout } = await run(join(root, 'node_modules', '.bin', 'tsx'), ['scripts/temporal-program.ts'], {
    cwd: root,
    showErrors: true,
    shell: process.platform === 'win32',
  });
  return code === 0 ? { TEMPORAL_CLI: stdout.trim() } : {};
}

/** A run that broke before, between or after its tests is a failure of its own, and so is a run without a test. */
function count(file, code) {
  let passed = 0;
  let failed = 0;
  let failures = [];
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    passed = results.numPassedTests;
    failed = results.numFailedTests;
    failures = results.testResults.flatMap((suite) => failuresOf(suite));
  } catch {
    console.log('vitest gave no results');
  }
  if (passed + failed === 0) console.log('No test ran.');
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  return { passed, failed, failures };
}

/** What failed in a file of tests: name and the first lines of why, short enough to stand beside the sum. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}\n${firstLines(message)}`] : [];
  return failed.map((test) => `${file} > ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}`);
}

function firstLines(text) {
  return stripVTControlCharacters(text).split('\n').slice(0, 4).join('\n').slice(0, 400);
}

function line(name, failed, ms) {
  return `${failed ? 'FAILED' : 'ok    '} ${name.padEnd(16)} ${(ms / 1000).toFixed(1).padStart(6)} s`;
}

function report(all) {
  console.log('');
  for (const { name, failed, ms } of all) console.log(line(name, failed > 0, ms));
  for (const failure of all.flatMap(({ failures = [] }) => failures)) console.log(`\n${failure}`);
  const sum = (key) => all.reduce((total, result) => total + result[key], 0);
  console.log('');
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
