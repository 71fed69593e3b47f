import type { Treatment } from '../../domain/books/goods-back.js';
import type { Desk } from '../../domain/engine/procedure.js';
import {
  type AppliedLine,
  appliedLines,
  type GoodsReturn,
  isOtherModel,
  isOtherQuantity,
  printedLines,
  quantitiesOf,
  sorted,
  unpostedBy,
} from '../../domain/orders/goods-return.js';
import type { ReturnNames, ReturnSteps } from './policy.js';

type ReturnDesk = Desk<GoodsReturn, ReturnSteps, ReturnNames>;

export type ReturnOutcome =
  | { readonly result: 'turned-away'; readonly reason: string }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'not-sent'; readonly reason: string }
  | { readonly result: 'nothing-taken'; readonly sentBack: Quantities }
  | { readonly result: 'returned'; readonly treatment: Treatment; readonly lines: Quantities; readonly sentBack: Quantities };
type Quantities = Readonly<Record<string, number>>;

/** An application as the later steps see it. */
type Application = Omit<GoodsReturn, 'lines'> & { readonly lines: readonly AppliedLine[]; readonly reason: string };

/** HH-F: a customer's return is judged by its cause, answered in writing, received against the application, signed off, posted and noted. HH-Q1: the merchandiser stands in for the salesperson who travels. */
export function goodsReturn(desk: ReturnDesk): ReturnOutcome {
  const asked = desk.subject; // HH-F1
  const lines = appliedLines(asked, desk.look('order', { order: asked.orderNumber }));
  const away = asked.application === 'missing' ? turnedAway(desk, lines) : undefined; // HH-F10
  if (away !== undefined) return { result: 'turned-away', reason: away };
  const reason = asked.application === 'made' ? asked.reason : desk.ask('apply-afterwards', { shows: { ...asked, lines } }).data.reason; // HH-F1, HH-F10, HH-Q1
  const application = { ...asked, lines, reason };

  const decided = decide(desk, application); // HH-F2 … HH-F7
  answer(desk, application, decided); // HH-F8
  if ('refused' in decided) return { result: 'refused', reason: decided.refused };

  const coming = asked.application === 'made' ? announced(desk, application) : { lines }; // HH-F9
  if ('notSent' in coming) return { result: 'not-sent', reason: coming.notSent };
  desk.ask('start-formalities', { shows: { ...application, lines: coming.lines } }); // HH-F11
  const { goods, sentBack } = receive(desk, application, coming.lines); // HH-F12
  if (goods.length === 0) {
    desk.inform('nothing-taken', { to: 'customer', shows: { ...application, sentBack } }); // HH-F12
    return { result: 'nothing-taken', sentBack: quantitiesOf(sentBack) };
  }
  return post(desk, application, { goods, sentBack, treatment: decided.treatment }); // HH-F13 … HH-F16
}

/** Goods that nobody applied for: the keeper holds them and reports, the merchandiser decides. Refusing them is a right, so that silence refuses nothing. Returns why they were refused. */
function turnedAway(desk: ReturnDesk, lines: readonly AppliedLine[]): string | undefined {
  const shows = { ...desk.subject, lines };
  const door = desk.ask('unannounced-goods', { shows }).data; // HH-F10
  if (door.outcome === 'admitted') return undefined;
  desk.inform('goods-turned-away', { to: 'customer', shows: { ...shows, reason: door.reason } }); // HH-F10
  desk.inform('hand-goods-back', { to: 'warehouse-keeper', shows: { ...shows, reason: door.reason } }); // HH-F10
  return door.reason;
}

interface Treated {
  readonly treatment: Treatment;
  readonly note?: string;
}
type Decided = { readonly refused: string } | Treated;

/** The cause decides: the company's is signed for without conditions, the customer's is refused as a rule. What is accepted says how it is treated. */
function decide(desk: ReturnDesk, application: Application): Decided {
  const analysed = desk.ask('analyse-reason', { shows: application }).data; // HH-F2, HH-Q1
  const { outcome: cause, ...found } = analysed;
  const report =
    cause === 'production-problem' ? desk.ask('attach-complaint-report', { shows: { ...application, ...found } }).data : undefined; // HH-F3, HH-Q1
  const form = { ...application, cause, ...found, ...(report === undefined ? {} : { report: reportOf(report) }) };
  let sentBack: { readonly objections?: string } = {};
  return desk.loop('treatment', () => {
    const shows = { ...form, ...sentBack };
    const signed = cause === 'customer-reason' ? exception(desk, shows) : desk.ask('sign-company-cause', { shows }).data; // HH-F4, HH-F5, HH-F6
    if (signed.outcome === 'refused') return { refused: signed.reason }; // HH-F5
    const { treatment, note } = signed;
    const treated = { treatment, ...(note === undefined ? {} : { note }) };
    if (treatment !== 'back-to-furnace') return treated;
    const approval = desk.ask('approve-furnace', { shows: { ...form, ...treated } }).data; // HH-F7
    if (approval.outcome === 'approved') return treated;
    sentBack = { objections: approval.objections };
    return undefined;
  });
}
const reportOf = ({ complaintReport: number, reportDate, reportedBy }: ReturnSteps['attach-complaint-report']) => ({
  number,
  reportDate,
  reportedBy,
});

/** The leader signs the refusal; only special circumstances go to the company's leader, who may make an exception. */
function exception(desk: ReturnDesk, shows: object): ReturnSteps['approve-exception'] {
  const signed = desk.ask('sign-customer-cause', { shows }).data; // HH-F5
  if (signed.outcome === 'refused') return signed;
  return desk.ask('approve-exception', { shows: { ...shows, circumstances: signed.circumstances } }).data; // HH-F5, HH-F6
}

/** The decided form is printed, and goes back to the customer. */
function answer(desk: ReturnDesk, application: Application, decided: Decided): void {
  const { orderNumber, requestedBy, language = 'zh', lines } = application;
  const refused = 'refused' in decided;
  const decision = refused ? { decision: 'refused' } : { decision: 'accepted', treatment: decided.treatment };
  const facts = { customer: requestedBy.name, order: orderNumber, ...decision };
  const words = refused ? decided.refused : decided.note;
  const text = words === undefined ? {} : { text: words };
  const form = desk.call('issue-return-application', { language, facts, lines: printedLines(lines), ...text }); // HH-F8
  const { message } = desk.ask('answer-application', { shows: { ...application, decided, form } }).data; // HH-F8
  const told = { ...application, decided, form, ...(message === undefined ? {} : { message }) };
  desk.inform('return-answer', { to: 'customer', shows: told }); // HH-F8
  desk.inform('return-decided', { to: 'salesperson', shows: told }); // HH-Q1
  if (refused && application.application === 'missing') desk.inform('hand-goods-back', { to: 'warehouse-keeper', shows: told }); // HH-F10
}

type Coming = { readonly notSent: string } | { readonly lines: readonly AppliedLine[] };

/** Before anything comes, the customer tells of it, and sends the list of what comes and the freight bill. */
function announced(desk: ReturnDesk, application: Application): Coming {
  const notice = desk.ask('take-announcement', { shows: application }).data; // HH-F9
  if (notice.outcome === 'not-sent') return { notSent: notice.reason };
  const { freightBill } = notice;
  const details = desk.each('take-details', application.lines, (line) => line.id, { shows: (line) => ({ ...line, freightBill }) }); // HH-F9
  const lines = details.flatMap(({ item, data: { quantity } }) => (quantity === 0 ? [] : [{ ...item, quantity }]));
  desk.inform('return-announced', { to: 'warehouse-keeper', shows: { ...application, lines, freightBill } }); // HH-F9
  return { lines };
}

interface Received {
  readonly goods: readonly AppliedLine[];
  /** What goes back to the customer. */
  readonly sentBack: readonly AppliedLine[];
}

/** The application is the receiving voucher: model and quantity are compared line by line. What differs is settled with the customer, and counted again where that was agreed. */
function receive(desk: ReturnDesk, { orderNumber, requestedBy }: Application, coming: readonly AppliedLine[]): Received {
  const goods: AppliedLine[] = [];
  const sentBack: AppliedLine[] = [];
  const shows = (line: AppliedLine) => ({ orderNumber, ...line });
  let open = coming;
  desk.loop('receipt', () => {
    const counts = desk.each('receive', open, (line) => line.id, { shows }); // HH-F12
    const counted = counts.map(({ item, data: { quantity: received, model } }) => ({ ...item, received, asNamed: model === 'as-named' }));
    const agreed = desk.all({
      quantity: () => desk.each('settle-quantity', counted.filter(isOtherQuantity), (line) => line.id, { shows }), // HH-F12
      model: () => desk.each('settle-model', counted.filter(isOtherModel), (line) => line.id, { shows }), // HH-F12
    });
    const found = sorted(counted, [...agreed.quantity, ...agreed.model]);
    goods.push(...found.taken);
    sentBack.push(...found['sent-back']);
    open = found['count-again'];
    return open.length === 0 ? 'received' : undefined;
  });
  if (sentBack.length > 0) {
    desk.inform('goods-sent-back', { to: 'customer', shows: { orderNumber, requestedBy, lines: sentBack } }); // HH-F12
    desk.inform('hand-goods-back', { to: 'warehouse-keeper', shows: { orderNumber, requestedBy, lines: sentBack } }); // HH-F12
  }
  return { goods, sentBack };
}

/** All sign in the order of the list; then the return is posted by its treatment, noted, signed twice and sent. */
function post(
  desk: ReturnDesk,
  { orderNumber, requestedBy, language = 'zh' }: Application,
  { goods, sentBack, treatment }: Received & { readonly treatment: Treatment },
): ReturnOutcome {
  const shows = { orderNumber, requestedBy, treatment, lines: goods };
  desk.ask('sign-off', { shows }); // HH-F13
  desk.ask('post-return', { shows }); // HH-F14
  const quantities = goods.map(({ id, quantity }) => ({ line: id, quantity }));
  const refusal = unpostedBy(desk.call('take-goods-back', { order: orderNumber, treatment, lines: quantities })); // HH-F6, HH-F14
  if (refusal !== undefined) desk.ask('settle-posting', { shows: { ...shows, refusal } }); // HH-F14
  const facts = { customer: requestedBy.name, order: orderNumber, treatment };
  const note = desk.call('issue-return-note', { language, facts, lines: printedLines(goods) }); // HH-F14
  desk.ask('sign-note', { shows: { ...shows, note } }); // HH-F15
  desk.ask('send-note', { shows: { ...shows, note } }); // HH-F16
  desk.inform('return-note', { to: 'customer', shows: { ...shows, note } }); // HH-F16
  return { result: 'returned', treatment, lines: quantitiesOf(goods), sentBack: quantitiesOf(sentBack) };
}
