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
  const all = [heading, ...rows].map((row) => row.map(inOneLine));
  const widths = heading.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  return all.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column === row.length - 1)).join('  ')).join('\n');
}

/** What people have typed must not look like further rows. */
const inOneLine = (text: string): string => text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ⏎ ');

function padded(text: string, width: number, last: boolean): string {
  return last ? text : text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Text from outside cannot move the cursor, colour the terminal or turn its direction. */
export function plain(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\uFFFD');
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as `90s`, `30m`, `4h` or `2d`, in milliseconds; undefined when it is none. */
export function lengthFrom(text: string): number | undefined {
  const found = /^(\d{1,6})([smhd])$/.exec(text.trim());
  const unit = found?.[2] as keyof typeof unitMs | undefined;
  return found === null || unit === undefined ? undefined : Number(found[1]) * unitMs[unit];
}

/** A length of time in its two largest units, without sign: `2d 4h`, `3h 5m`, `40s`. */
export function lengthTo(ms: number): string {
  let left = Math.abs(ms);
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(left / unitMs[unit]);
    left -= count * unitMs[unit];
    if (count > 0 || (unit === 's' && parts.length === 0)) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ');
}

/** A moment in this machine's zone: `2026-11-27 14:00`. */
export function localTime(moment: string): string {
  const at = new Date(moment);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
