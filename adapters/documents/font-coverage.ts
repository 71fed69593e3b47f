/** Which characters a font can show. */
export interface FontCoverage {
  has(codePoint: number): boolean;
}

const codePoints = 0x110000;

/**
 * Reads from a TrueType or OpenType file which characters it can show: its `cmap` table in the formats 4 and 12, which is all that today's fonts use.
 * @throws Error when the file has no such table
 */
export function readFontCoverage(font: Buffer): FontCoverage {
  const bits = new Uint8Array(codePoints / 8);
  const add = (codePoint: number) => {
    const at = codePoint >> 3;
    bits[at] = (bits[at] ?? 0) | (1 << (codePoint & 7));
  };
  const cmap = tableOffset(font, 'cmap');
  let read = 0;
  for (let index = 0; index < font.readUInt16BE(cmap + 2); index += 1) {
    const subtable = cmap + font.readUInt32BE(cmap + 8 + index * 8);
    const format = font.readUInt16BE(subtable);
    if (format === 4) readSegments(font, subtable, add);
    else if (format === 12) readGroups(font, subtable, add);
    else continue;
    read += 1;
  }
  if (read === 0) throw new Error('the font says nowhere which characters it has');
  return { has: (codePoint) => codePoint < codePoints && ((bits[codePoint >> 3] ?? 0) & (1 << (codePoint & 7))) !== 0 };
}

function tableOffset(font: Buffer, tag: string): number {
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const entry = 12 + index * 16;
    if (font.toString('latin1', entry, entry + 4) === tag) return font.readUInt32BE(entry + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

/** Format 4: segments of the first 65,536 characters. Glyph 0 is the box. */
function readSegments(font: Buffer, at: number, add: (codePoint: number) => void): void {
  const doubled = font.readUInt16BE(at + 6);
  for (let index = 0; index < doubled; index += 2) {
    const end = font.readUInt16BE(at + 14 + index);
    const start = font.readUInt16BE(at + 16 + doubled + index);
    const delta = font.readUInt16BE(at + 16 + doubled * 2 + index);
    const rangeAt = at + 16 + doubled * 3 + index;
    const range = font.readUInt16BE(rangeAt);
    for (let codePoint = start; codePoint <= end && codePoint < 0xffff; codePoint += 1) {
      const listed = range === 0 ? codePoint : font.readUInt16BE(rangeAt + range + (codePoint - start) * 2);
      const glyph = listed === 0 && range !== 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) add(codePoint);
    }
  }
}

/** Format 12: groups of any characters. */
function readGroups(font: Buffer, at: number, add: (codePoint: number) => void): void {
  for (let index = 0; index < font.readUInt32BE(at + 12); index += 1) {
    const group = at + 16 + index * 12;
    const start = font.readUInt32BE(group);
    const glyph = font.readUInt32BE(group + 8);
    for (let codePoint = start; codePoint <= font.readUInt32BE(group + 4); codePoint += 1)
      if (glyph + codePoint - start !== 0) add(codePoint);
  }
}
