/**
 * Where a text stops being JSON: the offset of the first character that cannot be there, or the length when the text just ends too early.
 * Run only on text that `JSON.parse` refused, whose own messages name a position or not, by version and by kind of error.
 */
export function jsonErrorOffset(text: string): number {
  let at = 0;
  const skip = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1;
  };
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return false;
    at += found[0].length;
    return true;
  };
  const word = (expected: string): boolean => {
    for (const letter of expected) {
      if (text[at] !== letter) return false;
      at += 1;
    }
    return true;
  };
  const string = (): boolean => {
    take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    return word('"');
  };
  const value = (): boolean => {
    skip();
    const first = text[at] ?? '';
    if (first === '{') return sequence('}', () => string() && colon() && value());
    if (first === '[') return sequence(']', value);
    if (first === '"') return string();
    if (first === 't') return word('true');
    if (first === 'f') return word('false');
    if (first === 'n') return word('null');
    return take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  };
  const colon = (): boolean => {
    skip();
    return word(':');
  };
  const sequence = (end: string, item: () => boolean): boolean => {
    at += 1;
    skip();
    if (text[at] === end) return word(end);
    for (;;) {
      skip();
      if (!item()) return false;
      skip();
      if (text[at] === end) return word(end);
      if (!word(',')) return false;
    }
  };
  try {
    if (value()) skip();
  } catch (error) {
    // Nested deeper than the stack: the place reached is as good as any.
    if (!(error instanceof RangeError)) throw error;
  }
  return at;
}
