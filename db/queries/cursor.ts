/** The place in a list that a page ended at: opaque to callers, base64url of a JSON list of texts. */
export function cursorOf(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/** The parts of a page mark, or undefined when it is not one of `kinds.length` parts in these forms. */
export function partsOf(cursor: string, kinds: readonly ('moment' | 'flag' | 'number' | 'text')[]): readonly string[] | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== kinds.length) return undefined;
  const texts = parts.filter((part): part is string => typeof part === 'string');
  const right = texts.length === kinds.length && texts.every((part, index) => forms[kinds[index] ?? 'text'].test(part));
  return right ? texts : undefined;
}

const forms = {
  moment: /^(infinity|\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00)$/,
  flag: /^[01]$/,
  number: /^\d{1,9}$/,
  text: /^[^\u0000]{0,600}$/,
};

/** SQL for a moment as a page mark holds it: always UTC, to the microsecond. */
export const momentText = (column: string): string =>
  `case when ${column} = 'infinity' then 'infinity' else to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' end`;
