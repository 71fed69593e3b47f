import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ruling, rulingOn, seatVerbs, stepModes, targetStates } from '../domain/engine/verbs.js';
import { textsOf } from '../domain/texts/texts.js';

/** Writes docs/verbs.md from the table of verbs (`--write`), or fails when the page is not current. */
const page = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'verbs.md');
const texts = textsOf('en');

const mark = (ruling: Ruling): string => (ruling === 'done' ? 'done' : ruling === 'none' ? '–' : ruling);

function table(mode: (typeof stepModes)[number]): string {
  const rows = seatVerbs.map(
    (verb) => `| ${[verb, ...targetStates.map((standing) => mark(rulingOn(verb, mode, standing)))].join(' | ')} |`,
  );
  return [`| verb | ${targetStates.join(' | ')} |`, `|---|${targetStates.map(() => '---').join('|')}|`, ...rows].join('\n');
}

/** Modes with the same table are shown once. */
function sections(): string {
  const found = new Map<string, string[]>();
  for (const mode of stepModes) found.set(table(mode), [...(found.get(table(mode)) ?? []), mode]);
  return [...found].map(([text, modes]) => `## ${modes.join(', ')}\n\n${text}`).join('\n\n');
}

function refusals(): string {
  const codes = new Set(
    stepModes.flatMap((mode) => seatVerbs.flatMap((verb) => targetStates.map((standing) => rulingOn(verb, mode, standing)))),
  );
  const told = [...codes].filter((code) => code !== 'done' && code !== 'none').sort();
  return told.map((code) => `- \`${code}\`: ${texts[`problem.${code}` as keyof typeof texts]}`).join('\n');
}

const text = `# Verbs on tasks

Made by \`npm run verbs -- --write\` from domain/engine/verbs.ts, by which the engine decides; tests/domain/engine/verb-table.test.ts performs every cell.

What comes of a verb, by the mode of the step (columns: how the task and the named seat stand). \`single\`: one seat for the step's roles; \`lines\`: answered line by line; \`repair\`: of a failed effect; the others are the modes of [seats](seats.md). \`done\`: it is done, if what it names is right; –: cannot come about. \`held\`: clocks rest, decisions go on. \`voted\`: the seat has answered and the task is still open; \`left\`: the signer beside it said no. \`answered\`: the task is closed; \`ended\`: the case is.

\`reject\`, \`return\` and \`skip\` are there where the policy of the step has a rejecting outcome, \`returnTo\`, \`skip\`; else they are VERB_UNKNOWN.

${sections()}

## Refusals

${refusals()}

Beyond the table, what a verb names may be wrong: TRANSFER_TO_SELF, DELEGATION_CYCLE, ALREADY_SIGNER, LAST_SIGNER, QUORUM_UNREACHABLE, RETURN_TARGET_UNKNOWN, REDO_FIXED, SECOND_PERSON_NEEDED, WITHDRAW_TOO_LATE, SEAT_OF_OTHER.
`;

if (process.argv.includes('--write')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/verbs.md: not current; allowed: what "npm run verbs -- --write" writes');
  process.exitCode = 1;
}
