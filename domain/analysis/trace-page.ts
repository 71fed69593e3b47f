import type { TracedClause, TracedProcedure } from './trace.js';

/** The page of a company in docs/clauses: every clause of its procedures, what it says, and where it is. Without line numbers, so that it changes only with its matter. */
export function tracePage(company: string, procedures: readonly TracedProcedure[]): string {
  const parts = procedures.map(({ procedure, name, clauses }) =>
    [
      `## ${name.en} (\`${procedure}\`)`,
      '',
      '| clause | what it says | kept | policy | code | stories |',
      '|---|---|---|---|---|---|',
      ...clauses.map(row),
    ].join('\n'),
  );
  return [
    `# Clauses of ${company}`,
    '',
    'Made by `npm run trace -- --write`; `npm test` fails when it is not current. A clause that is *carried* shows by each of its parts of the policy in a story that lists it; a *rule* is kept by what is named, and a story that lists it sees when that is gone; *context* says what things are for, and is never counted as tested.',
    '',
    ...parts.flatMap((part) => [part, '']),
  ].join('\n');
}

function row({ clause, title, text, claimed, kind, policy, code, stories }: TracedClause): string {
  const cells = claimed
    ? [
        kind,
        listed(policy.map((part) => `\`${part}\``)),
        listed(code.map(({ file, beside }) => `${file}${beside === '' ? '' : `: ${beside}`}`)),
        listed(stories),
      ]
    : ['not implemented yet', '', '', ''];
  return `| ${[clause, `**${title.en}.** ${text.en}`, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const listed = (items: readonly string[]): string => [...new Set(items)].join('<br>');
