import type { TracedClause, TracedProcedure } from './trace.js';

/** The page of a company in docs/clauses: every clause of its procedures, what it says, and where it is. Without line numbers, so that it changes only with its matter. */
export function tracePage(company: string, procedures: readonly TracedProcedure[]): string {
  const parts = procedures.map(({ procedure, name, clauses }) =>
    [
      `## ${name.en} (\`${procedure}\`)`,
      '',
      '| clause | what it says | policy | code | tests |',
      '|---|---|---|---|---|',
      ...clauses.map(row),
    ].join('\n'),
  );
  return [
    `# Clauses of ${company}`,
    '',
    'Made by `npm run trace -- --write`; `npm test` fails when it is not current. A clause counts as tested only where a test states `carriedOut(…)`: that looks into the ledger of the case which the test drove.',
    '',
    ...parts.flatMap((part) => [part, '']),
  ].join('\n');
}

function row({ clause, title, text, claimed, policy, code, tests }: TracedClause): string {
  const cells = claimed
    ? [
        listed(policy.map((part) => `\`${part}\``)),
        listed(code.map(({ file, beside }) => `${file}${beside === '' ? '' : `: ${beside}`}`)),
        listed(tests.map(({ file, title: test }) => `${file}: ${test}`)),
      ]
    : ['not implemented yet', '', ''];
  return `| ${[clause, `**${title.en}.** ${text.en}`, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const listed = (items: readonly string[]): string => [...new Set(items)].join('<br>');
