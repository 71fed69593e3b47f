import type { Desk } from '../../../domain/engine/procedure.js';

/** Small procedures in shapes that the books have, to try the engine with. */
type Subject = {
  readonly lines?: readonly { readonly id: string; readonly quantity: number }[];
  readonly price?: number;
  readonly note?: string;
};
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type TestDesk = Desk<Subject, Any>;

/** The work of the benchmark: three tasks one after another under a 48-hour clock, then a reply that is kept. */
export function threeTasks(desk: TestDesk): string {
  desk.clock('reply', { from: desk.begunAt, until: 'pmc' });
  const desked = desk.ask('desk', { shows: desk.subject });
  const planned = desk.ask('planner', { shows: { desk: desked.data } });
  const dated = desk.ask('pmc', { shows: { plan: planned.data } });
  desk.inform('reply', { to: 'customer', shows: { date: dated.data } });
  return 'replied';
}

/** The same with the reply sent by an effect. */
export function sentReply(desk: TestDesk): string {
  desk.clock('reply', { from: desk.begunAt, until: 'pmc' });
  const desked = desk.ask('desk', { shows: desk.subject });
  const planned = desk.ask('planner', { shows: { desk: desked.data } });
  const dated = desk.ask('pmc', { shows: { plan: planned.data } });
  desk.call('send', { date: dated.data });
  return 'sent';
}

/** A posting to another system in the middle, which a change revises and an end without it undoes. */
export function posting(desk: TestDesk): string {
  const checked = desk.ask('desk', { shows: { price: desk.subject.price } });
  if (checked.outcome === 'problem') return 'refused';
  desk.call('post', { price: desk.subject.price, lines: desk.subject.lines });
  const planned = desk.ask('planner', { shows: { note: desk.subject.note } });
  return planned.outcome === 'problem' ? 'given up' : 'posted';
}

/** Two reviewers at once, lines with dates, a loop, a race and a standing duty. */
export function everything(desk: TestDesk): string {
  desk.meanwhile('follow', () => desk.ask('follow-up', { shows: 'follow' }));
  const settled = desk.loop('review', () => {
    const checked = desk.ask('desk', { shows: desk.subject });
    if (checked.outcome === 'done') return 'accurate';
    return desk.ask('clarify', { shows: checked.data }).outcome === 'problem' ? 'refused' : undefined;
  });
  if (settled === 'refused') return 'refused';
  desk.all({
    technical: () => desk.ask('technical', { shows: desk.subject.lines }),
    price: () => desk.ask('price', { shows: desk.subject.price }),
  });
  const dates = desk.each('dates', desk.subject.lines ?? [], (line) => line.id, { shows: (line) => line.quantity });
  const end = desk.first('end', {
    reply: () => desk.ask('pmc', { shows: dates.map((answer) => answer.data) }),
    cancel: () => desk.ask('customer-cancels', { shows: desk.subject.note }),
    report: () => desk.wait('customer-called'),
  });
  return String(end.branch);
}
