/** Finds clauses of books in source texts, by path. Line by line and without a parser: what it looks for is what a reader sees. */

/** A comment of a procedure's file that names a clause, and what it stands beside, e.g. `ask initial-review`. */
export interface CodePlace {
  readonly clause: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly beside: string;
}

const clauseIds = /\b[A-Z]{2}-[A-Z]\d+\b/g;

/** Clauses named by `//` comments, each with the last call of the desk up to there. A comment of its own line belongs to the code below it. */
export function clausesInCode(sources: ReadonlyMap<string, string>): readonly CodePlace[] {
  return [...sources].flatMap(([file, text]) => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      const [code, comment] = split(line);
      if (comment === undefined) return [];
      const near = code.trim() === '' ? lines.slice(index + 1, index + 6) : lines.slice(0, index + 1).reverse();
      return clausesOf(comment).map((clause) => ({ clause, file, line: index + 1, beside: besideIn(near) }));
    });
  });
}

const split = (line: string): readonly [code: string, comment?: string] => {
  const at = line.search(/(^|\s)\/\//);
  return at < 0 ? [line] : [line.slice(0, at), line.slice(at)];
};

const clausesOf = (text: string): readonly string[] => text.match(clauseIds) ?? [];

/** The call of the desk on the nearest line that has one. */
function besideIn(lines: readonly string[]): string {
  for (const line of lines) {
    const [, verb, name] = /\bdesk\.(\w+)(?:<[^>]*>)?\(\s*(?:'([^']*)')?/.exec(line) ?? [];
    if (verb !== undefined) return name === undefined ? verb : `${verb} ${name}`;
  }
  return '';
}
