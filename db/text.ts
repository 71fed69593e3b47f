/** An escape in JSON text that PostgreSQL cannot turn into text: U+0000, or half of a surrogate pair. The first branch passes over escaped backslashes. */
const foreign = /\\\\|\\u(?:0000|d[89a-f][0-9a-f]{2})/gi;

/** Whether PostgreSQL can read every string of a JSON text as `JSON.stringify` writes it. */
export function isStorable(text: string): boolean {
  return !text.includes('\\u') || !(text.match(foreign) ?? []).some((escape) => escape !== '\\\\');
}

/** A JSON text with U+FFFD in place of what PostgreSQL cannot hold: what comes from outside must not keep a case out of SQL. */
export function storable(text: string): string {
  return text.includes('\\u') ? text.replace(foreign, (escape) => (escape === '\\\\' ? escape : '\uFFFD')) : text;
}
