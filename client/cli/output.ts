/** How many columns a text takes on a terminal: Chinese characters take two. */
export function widthOf(text: string): number {
  return Array.from(text).reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(character)
        ? 2
        : 1),
    0,
  );
}

/** A table with a heading line, two spaces between columns. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  return all.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column === row.length - 1)).join('  ')).join('\n');
}

function padded(text: string, width: number, last: boolean): string {
  return last ? text : text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Text from outside cannot move the cursor or colour the terminal. */
export function plain(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}
