import type { Desk } from '../../../domain/engine/procedure.js';

/** Procedures that are wrong, one in each way: what an exploration must find. */
type Any = { readonly [step: string]: { readonly outcome: string } };
type FaultyDesk = Desk<{ readonly lines: readonly { readonly id: string }[]; readonly price: number }, Any>;

/** After a problem waits for the first of no branches: nothing is left to do, and it has not ended. */
export function deadEnd(desk: FaultyDesk): string {
  const answer = desk.ask('check', { shows: desk.subject.price });
  if (answer.outcome === 'problem') desk.first('nobody', {});
  return 'done';
}

/** Never comes to the step `forgotten`, which its policy has. */
export function forgetsStep(desk: FaultyDesk): string {
  if (desk.ask('check', { shows: 'all' }).outcome === 'never') desk.ask('forgotten', { shows: 'all' });
  return 'done';
}

/** After a problem goes round without asking for anything. */
export function endlessLoop(desk: FaultyDesk): string {
  const answer = desk.ask('check', { shows: 'all' });
  desk.loop('again', () => (answer.outcome === 'problem' ? undefined : 'done'));
  return 'done';
}

/** Goes round over an order that has no lines left. */
export function endlessOverNoLines(desk: FaultyDesk): string {
  return desk.loop('again', () => {
    const answers = desk.each('dates', desk.subject.lines, ({ id }) => id, { shows: ({ id }) => id });
    return answers.length === 0 ? undefined : 'done';
  });
}

/** Races without end: each round is won at once by nobody. */
export function unsettled(desk: FaultyDesk): string {
  return desk.loop('race', (): string | undefined => {
    desk.first('won', { nobody: () => 'at once' });
    return undefined;
  });
}

/** Catches the end of its pass with its own hands. */
export function catches(desk: FaultyDesk): string {
  try {
    if (desk.ask('check', { shows: 'all' }).outcome === 'problem') desk.ask('more', { shows: 'all' });
  } catch {
    return 'nobody answered';
  }
  return 'done';
}

/** The same through a helper that means well, and only after a problem. */
export function catchesByHelper(desk: FaultyDesk): string {
  if (desk.ask('check', { shows: 'all' }).outcome === 'done') return 'done';
  const more = orElse(() => desk.ask('more', { shows: 'all' }).outcome, 'unknown');
  return orElse(() => desk.ask('last', { shows: more }).outcome, 'unknown');
}

function orElse<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Asks for the same step twice after a problem. */
export function duplicateKey(desk: FaultyDesk): string {
  const answer = desk.ask('check', { shows: 'all' });
  if (answer.outcome === 'problem') desk.ask('check', { shows: answer.data });
  return 'done';
}

/** Stumbles over an order without lines. */
export function throws(desk: FaultyDesk): string {
  desk.ask('check', { shows: 'all' });
  return desk.subject.lines.map(({ id }) => id).join();
}

/** Asks for a step that its policy does not have. */
export function namesUnknown(desk: FaultyDesk): string {
  desk.ask('check', { shows: 'all' });
  desk.ask('nowhere', { shows: 'all' });
  return 'done';
}
