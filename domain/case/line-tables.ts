import { Asking } from './asking.js';
import type { Counted, LineAnswer } from './desk.js';
import type { Ref } from './facts.js';
import type { Json } from './json.js';
import { refOf, sameRefs } from './live.js';

/** What a desk says of answers that are given line by line. */
export abstract class LineTables extends Asking {
  each<Item>(
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    options: { readonly shows: (item: Item) => unknown } & Counted,
  ): readonly LineAnswer<Item, never>[] {
    const key = this.key(step);
    const { answers, refs, table, open } = this.lines(key, step, items, id, options);
    const complete = answers.length === items.length;
    if (refs.length > 0 || complete) this.carry(key, refs, complete);
    if (complete) return answers;
    const shows = { lines: table };
    this.at.asks.set(key, { ...this.asked(key, step, { shows, from: options.from }), ...this.seatsAsked(key, step), parts: open });
    return this.end();
  }

  standing<Item>(
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    options: { readonly shows: (item: Item) => unknown },
  ): readonly LineAnswer<Item, never>[] {
    const key = this.key(step);
    const { answers, refs, table, hashes } = this.lines(key, step, items, id, options);
    if (refs.length > 0) this.carry(key, refs, false);
    if (items.length === 0) return answers;
    const shows = { lines: table };
    this.at.asks.set(key, { ...this.asked(key, step, { shows }), ...this.seatsAsked(key, step), parts: hashes });
    return answers;
  }

  /** What stands of a line table, and what is open, with the hashes of what is shown; lines that are gone, or shown otherwise, fall. */
  private lines<Item>(
    key: string,
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    { shows: showsOf }: { readonly shows: (item: Item) => unknown },
  ) {
    if (this.rules.steps[step]?.perLine !== true) this.fault('NAME_UNKNOWN', `per-line step ${step}`);
    const recorded = this.live.parts.get(key) ?? new Map<string, never>();
    const answers: LineAnswer<Item, never>[] = [];
    const table: Record<string, Json> = {};
    const hashes: Record<string, string> = {};
    const open: Record<string, string> = {};
    const refs: Ref[] = [];
    for (const item of items) {
      const line = id(item);
      if (Object.hasOwn(table, line)) this.fault('DUPLICATE_KEY', `${key}: line ${line}`);
      const shows = (showsOf(item) ?? null) as Json;
      table[line] = shows;
      const part = recorded.get(line);
      const shown = this.hashOf(`${key} ${line}`, shows);
      hashes[line] = shown;
      if (part !== undefined && part.shown === shown && sameRefs(part.fact.after, this.head)) {
        refs.push(refOf(part.fact, line));
        answers.push({ id: line, item, data: part.data as never, by: part.fact.by, at: part.fact.at });
        continue;
      }
      if (part !== undefined) this.voids.push(refOf(part.fact, line));
      open[line] = shown;
    }
    for (const [line, part] of recorded) if (!Object.hasOwn(table, line)) this.voids.push(refOf(part.fact, line));
    return { answers, refs, table, hashes, open };
  }
}
