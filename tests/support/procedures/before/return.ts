import type { Desk } from '../../../../domain/engine/procedure.js';
import { type AppliedLine, appliedLines, type CountedLine, type GoodsReturn, unpostedBy } from '../../../../domain/orders/goods-return.js';

type Treatment = { readonly treatment: string; readonly note?: string };

/** What each step's form brings back. */
type Steps = {
  'unannounced-goods': { readonly outcome: 'admitted' } | { readonly outcome: 'refused'; readonly reason: string };
  'apply-afterwards': { readonly outcome: 'applied'; readonly reason: string };
  'analyse-reason': { readonly outcome: 'production-problem' | 'company-fault' | 'customer-reason'; readonly findings: string };
  'attach-complaint-report': { readonly outcome: 'attached'; readonly complaintReport: string };
  'sign-company-cause': { readonly outcome: 'signed' } & Treatment;
  'decide-exception':
    | ({ readonly outcome: 'excepted'; readonly circumstances: string } & Treatment)
    | { readonly outcome: 'refused'; readonly reason: string };
  'approve-furnace': { readonly outcome: 'approved' } | { readonly outcome: 'rejected'; readonly objections: string };
  'answer-application': { readonly outcome: 'answered'; readonly message?: string };
  'take-announcement':
    | { readonly outcome: 'announced'; readonly freightBill: string }
    | { readonly outcome: 'not-sent'; readonly reason: string };
  'start-formalities': { readonly outcome: 'started' };
  receive: { readonly quantity: number; readonly model: 'as-named' | 'another'; readonly note?: string };
  'settle-difference': { readonly outcome: 'taken-as-received' | 'count-again'; readonly agreement: string };
  'sign-off': { readonly outcome: 'approved' };
  'post-return': { readonly outcome: 'posted' };
  'settle-posting': { readonly outcome: 'settled'; readonly note: string };
  'sign-note': { readonly outcome: 'signed' };
  'send-note': { readonly outcome: 'sent' };
};
type ReturnDesk = Desk<GoodsReturn, Steps>;

export type ReturnOutcome =
  | { readonly result: 'turned-away' }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'not-sent'; readonly reason: string }
  | { readonly result: 'nothing-received' }
  | { readonly result: 'returned'; readonly treatment: string; readonly lines: Readonly<Record<string, number>> };

/** An application as the later steps see it. */
type Application = Omit<GoodsReturn, 'lines'> & { readonly lines: readonly AppliedLine[]; readonly reason: string };

/** HH-F: a customer's return is judged by its cause, answered in writing, received against the application, signed off, posted and noted. HH-Q1: the merchandiser sees to it while the salesperson travels. */
export function goodsReturn(desk: ReturnDesk): ReturnOutcome {
  const asked = desk.subject; // HH-F1
  const lines = appliedLines(asked, desk.look('order', { order: asked.orderNumber }));
  if (asked.application === 'missing' && turnedAway(desk, lines)) return { result: 'turned-away' }; // HH-F10
  const reason = asked.application === 'made' ? asked.reason : desk.ask('apply-afterwards', { shows: { ...asked, lines } }).data.reason; // HH-F1, HH-F10
  const application = { ...asked, lines, reason };

  const analysed = desk.ask('analyse-reason', { shows: application }); // HH-F2, HH-Q1
  const decided = decide(desk, { ...application, findings: analysed.data.findings }, analysed.data.outcome); // HH-F3, HH-F4, HH-F5, HH-F6, HH-F7
  const { message } = desk.ask('answer-application', { shows: { ...application, decided } }).data; // HH-F8
  desk.inform('return-answer', { to: 'customer', shows: { ...application, decided, ...(message === undefined ? {} : { message }) } }); // HH-F8
  if ('refused' in decided) return { result: 'refused', reason: decided.refused };

  if (asked.application === 'made') {
    const announced = desk.ask('take-announcement', { shows: { ...application, decided } }).data; // HH-F9
    if (announced.outcome === 'not-sent') return { result: 'not-sent', reason: announced.reason };
    desk.inform('return-announced', { to: 'warehouse-keeper', shows: { ...application, freightBill: announced.freightBill } }); // HH-F9
  }
  desk.ask('start-formalities', { shows: application }); // HH-F11
  const goods = taken(receive(desk, application)); // HH-F12
  if (goods.length === 0) {
    desk.inform('nothing-received', { to: 'customer', shows: application }); // HH-F12
    return { result: 'nothing-received' };
  }
  return post(desk, application, { lines: goods, treatment: decided.treatment }); // HH-F13, HH-F14, HH-F15, HH-F16
}

/** Goods that nobody applied for are refused, unless keeper and merchandiser let them in; silence refuses them. */
function turnedAway(desk: ReturnDesk, lines: readonly AppliedLine[]): boolean {
  const door = desk.ask('unannounced-goods', { shows: { ...desk.subject, lines } }); // HH-F10
  if (!door.overdue && door.outcome === 'admitted') return false;
  desk.inform('goods-turned-away', { to: 'customer', shows: { ...desk.subject, lines } }); // HH-F10
  return true;
}

type Decided = { readonly refused: string } | { readonly treatment: string; readonly note?: string };

/** The cause decides: the company's is signed for, the customer's is refused as a rule. Goods for the furnace need the general manager. */
function decide(
  desk: ReturnDesk,
  application: Application & { readonly findings: string },
  cause: 'production-problem' | 'company-fault' | 'customer-reason',
): Decided {
  const report =
    cause === 'production-problem' ? desk.ask('attach-complaint-report', { shows: application }).data.complaintReport : undefined; // HH-F3
  const form = { ...application, cause, ...(report === undefined ? {} : { complaintReport: report }) };
  let objections: string | undefined;
  return desk.loop('treatment', () => {
    const shows = objections === undefined ? form : { ...form, objections };
    const signed =
      cause === 'customer-reason' ? desk.ask('decide-exception', { shows }).data : desk.ask('sign-company-cause', { shows }).data; // HH-F4, HH-F5, HH-F6
    if (signed.outcome === 'refused') return { refused: signed.reason }; // HH-F5
    const { treatment, note } = signed;
    if (treatment === 'back-to-furnace') {
      const approval = desk.ask('approve-furnace', { shows: { ...form, treatment } }).data; // HH-F7
      if (approval.outcome === 'rejected') {
        objections = approval.objections;
        return undefined;
      }
    }
    return { treatment, ...(note === undefined ? {} : { note }) };
  });
}

/** The application is the receiving voucher: model and quantity are compared line by line, and what differs is settled with the customer. */
function receive(desk: ReturnDesk, { orderNumber, lines }: Application): readonly CountedLine[] {
  return desk.loop('receipt', () => {
    const counted = desk.each('receive', lines, (line) => line.id, { shows: (line) => ({ orderNumber, ...line }) }); // HH-F12
    const found = counted.map(({ item, data }) => ({ ...item, received: data.quantity, asNamed: data.model === 'as-named' }));
    const other = differing(found);
    if (other.length === 0) return found;
    const settled = desk.ask('settle-difference', { shows: { orderNumber, lines: other } }); // HH-F12
    return settled.data.outcome === 'taken-as-received' ? found : undefined;
  });
}

const differing = (lines: readonly CountedLine[]) => lines.filter(({ quantity, received, asNamed }) => received !== quantity || !asNamed);
const taken = (lines: readonly CountedLine[]) =>
  lines
    .filter(({ received, asNamed }) => received > 0 && asNamed)
    .map(({ received, asNamed: _asNamed, ...line }) => ({ ...line, quantity: received }));

/** Five sign in the order of the list; then the return is posted, noted, signed twice and sent. */
function post(
  desk: ReturnDesk,
  { orderNumber, requestedBy, language = 'zh' }: Application,
  { lines, treatment }: { readonly lines: readonly AppliedLine[]; readonly treatment: string },
): ReturnOutcome {
  const goods = { orderNumber, requestedBy, treatment, lines };
  desk.ask('sign-off', { shows: goods }); // HH-F13
  desk.ask('post-return', { shows: goods }); // HH-F14
  const quantities = lines.map(({ id, quantity }) => ({ line: id, quantity }));
  const refusal = unpostedBy(desk.call('take-goods-back', { order: orderNumber, lines: quantities })); // HH-F14
  if (refusal !== undefined) desk.ask('settle-posting', { shows: { ...goods, refusal } }); // HH-F14
  const facts = { customer: requestedBy.name, order: orderNumber };
  const named = lines.map(({ id, code = id, name = id, quantity, unit = '-' }) => ({ code, name, quantity, unit }));
  const note = desk.call('issue-return-note', { language, facts, lines: named }); // HH-F14
  desk.ask('sign-note', { shows: { ...goods, note } }); // HH-F15
  desk.ask('send-note', { shows: { ...goods, note } }); // HH-F16
  desk.inform('return-note', { to: 'customer', shows: { ...goods, note } }); // HH-F16
  return { result: 'returned', treatment, lines: Object.fromEntries(lines.map(({ id, quantity }) => [id, quantity])) };
}
