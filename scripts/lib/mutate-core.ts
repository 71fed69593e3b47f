import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Shows that the property tests of the case core see what they must see: takes one guard after another out of a copy of the core, and
 * requires them to fail on each copy, and to pass on the core as it is. Fails when a guard's text is no longer where it was.
 */
interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const mutations: readonly Mutation[] = [
  {
    name: 'superseded answers are not voided',
    file: 'engine/transaction.ts',
    from: 'const voids = [...new Set(rendering.voids)].filter((ref) => rendering.history.has(ref));',
    to: 'const voids: readonly string[] = [];',
  },
  {
    name: 'answers in a loop stand without the answers before them',
    file: 'engine/history.ts',
    from: 'export const sameRefs = (a: readonly Ref[], b: readonly Ref[]): boolean => a.length === b.length && a.every((ref, i) => ref === b[i]);',
    to: 'export const sameRefs = (_a: readonly Ref[], _b: readonly Ref[]): boolean => true;',
  },
  {
    name: 'a choice stands without the answers that decided it',
    file: 'engine/execution.ts',
    from: 'if (!on.every((ref) => this.history.has(ref) && !revoked.has(ref))) return false;',
    to: 'if (on.length >= 0) return true;',
  },
  {
    name: 'a late result of an old input is taken for the new one',
    file: 'engine/execution.ts',
    from: 'if (found !== undefined && found.input === hash) {',
    to: 'if (found !== undefined) {',
  },
  {
    name: 'a reopened task has the id of the closed one',
    file: 'engine/tasks.ts',
    from: 'const n = (transaction.state.opened[request.key] ?? 0) + 1;',
    to: 'const n = transaction.state.opened[request.key] ?? 1;',
  },
  {
    name: 'an escalation fires twice for the same due time',
    file: 'engine/due.ts',
    from: '    if (before !== undefined && (before.due === due || escalation.at <= transaction.now)) continue;',
    to: '',
  },
  {
    name: 'a hold does not stop the clock',
    file: 'engine/due.ts',
    from: '  return rests.length === 0\n',
    to: '  return rests.length >= 0\n',
  },
  {
    name: 'a hold without an end does not stop the clock',
    file: 'engine/due.ts',
    from: 'at > restsSince(timed) ? undefined : at',
    to: 'at > Number.POSITIVE_INFINITY ? undefined : at',
  },
  {
    name: 'the time of a hold counts when it is over',
    file: 'engine/holds.ts',
    from: '  const all = [...pauses, ...spans];',
    to: '  const all = [...pauses];\n  void spans;',
  },
  {
    name: 'a resumed task is due when it was',
    file: 'engine/tasks.ts',
    from: 'const next = resumed || recounted ? withTimes(transaction, asked) : asked;',
    to: 'const next = recounted ? withTimes(transaction, asked) : asked;',
  },
  {
    name: 'an attempt of unknown outcome is forgotten',
    file: 'engine/effects.ts',
    from: '  return keepUncertain(effect, attempt);\n',
    to: '  return effect;\n',
  },
  {
    name: 'a vote stands though its part has changed',
    file: 'engine/voting.ts',
    from: 'vote.shown === (covered[seat.id] ?? asked.shown) &&',
    to: '',
  },
  {
    name: 'a rejecting vote is ignored',
    file: 'engine/voting.ts',
    from: 'if (rejecting.length > 0) return [',
    to: 'if (rejecting.length > said.length) return [',
  },
  {
    name: 'what was told to wait is forgotten by a snapshot',
    file: 'engine/snapshot.ts',
    from: "      case 'reported':\n      case 'bound':",
    to: "      case 'reported':\n        return false;\n      case 'bound':",
  },
  {
    name: 'a case that was reopened is still cancelled',
    file: 'engine/history.ts',
    from: '        this.cancelled = undefined;\n',
    to: '',
  },
  {
    name: 'a reopened case has lost its tasks',
    file: 'engine/commands/return.ts',
    from: 'const rested = Object.values(tasks).map(',
    to: 'const rested = Object.values(tasks).slice(0, 0).map(',
  },
  {
    name: 'the time counts in which a case was closed',
    file: 'engine/commands/return.ts',
    from: 'suspendedAt: task.suspendedAt ?? at',
    to: 'suspendedAt: task.suspendedAt ?? now',
  },
  {
    name: 'what stands beside a step is asked anew with it',
    file: 'engine/commands/return.ts',
    from: 'if (before.some((passed) => after.has(passed))) after.add(one);',
    to: 'if (before.length >= 0) after.add(one);',
  },
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const tests = ['tests/domain/engine/facts.property.test.ts'];
const config = "export default { test: { include: ['tests/**/*.test.ts'], testTimeout: 120_000 } };\n";

/** Runs the property tests against a copy of the core; true when they pass. */
function passes(mutation?: Mutation): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'gendan-mutation-'));
  try {
    for (const name of ['domain', 'tests/support', 'package.json', 'tsconfig.json', ...tests])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    writeFileSync(join(folder, 'vitest.config.ts'), config);
    if (mutation !== undefined) mutate(join(folder, 'domain', mutation.file), mutation);
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--maxWorkers=1'], { cwd: folder, encoding: 'utf8' });
    if (!/Tests\s.*\d+ (passed|failed)/.test(stdout)) throw new Error(`the tests did not run:\n${stdout}\n${stderr}`);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mutate(path: string, { name, file, from, to }: Mutation): void {
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`"${name}": its text is not once in ${file}; adapt scripts/lib/mutate-core.ts`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
}

if (!passes()) throw new Error('the property tests fail on the core as it is');
console.log('green: the core as it is');
let missed = 0;
for (const mutation of mutations) {
  const green = passes(mutation);
  if (green) missed++;
  console.log(`${green ? 'NOT SEEN' : 'red'}: ${mutation.name}`);
}
console.log(`${mutations.length - missed} of ${mutations.length} mutations seen`);
process.exitCode = missed === 0 ? 0 : 1;
