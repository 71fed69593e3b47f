import type * as z from 'zod';
import { canon } from '../../domain/canonical-json.js';
import type { Json, JsonObject } from '../../domain/json.js';
import { withApproved } from '../../domain/orders/approved.js';
import { type Amended, amendOrderInput, judgeChange, partOf } from '../../domain/orders/change.js';
import { applyPatch, patchBetween } from '../../domain/patch.js';
import type { Amendment, CaseCommands, OrderCase, OrderCases, Plan } from '../../ports/order-cases.js';
import { type Call, type EffectPort, PermanentFailure } from '../../ports/outside.js';

export interface AmendOrderParts {
  readonly orders: OrderCases;
  readonly commands: CaseCommands;
}
type Input = z.output<typeof amendOrderInput>;

/** How often a case is told anew that had been changed by somebody else between reading and telling. */
const tries = 3;

/**
 * The effect `amend-order`: an approved change is sent to every case of its order as an amendment, once per idempotency key and case, by the
 * engine for the person who approved it. A case that refuses, or is closed, is in the result with its code (HH-C7).
 * A changed change takes the first one back in the same amendment; undoing sends what takes it back.
 *
 * Permanent failures: INPUT_INVALID · AMENDMENT_STANDS (`detail`: cases that could not be set back).
 */
export function createAmendOrder(parts: AmendOrderParts): EffectPort {
  return {
    async find(call) {
      const plans = await parts.orders.planned(call.idempotencyKey);
      return plans.length === 0 ? undefined : result(await each(plans, (plan) => tell(parts, call, plan)));
    },
    do: (input, call) => amend(parts, call, taken(input), []),
    async revise(standing, input, call) {
      const [before, wanted] = [amendOrderInput.safeParse(standing.input).data, taken(input)];
      const same = before !== undefined && canon(before.changes as Json) === canon(wanted.changes as Json);
      return same && before.orderNumber === wanted.orderNumber
        ? standing.result
        : amend(parts, call, wanted, await parts.orders.latest(call.caseId));
    },
    undo: (_standing, call) => takeBack(parts, call),
  };
}

function taken(input: Json): Input {
  const read = amendOrderInput.safeParse(input);
  if (read.success) return read.data;
  throw new PermanentFailure('INPUT_INVALID', read.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; '));
}

const companyOf = ({ caseId }: Call): string => caseId.split(':')[0] ?? '';
const numberOf = ({ caseId }: Call): string => caseId.split(':').slice(2).join(':');
const result = (cases: readonly Amended[]): Json => ({ cases }) as unknown as Json;

async function amend(parts: AmendOrderParts, call: Call, input: Input, earlier: readonly Plan[]): Promise<Json> {
  const company = companyOf(call);
  const found = (await parts.orders.find(company, input.orderNumber)).map((one) => asBefore(one, earlier));
  const shipped = await parts.orders.shipped(company, input.orderNumber);
  const concerned = found.filter((one) => one.now !== plain(one) || partOf(input.changes, found, one.caseId) !== undefined);
  return result(
    await each(concerned, async (one) => {
      const wanted = partOf(input.changes, found, one.caseId) ?? {};
      const { caseId, number } = one;
      if (!one.open) return tell(parts, call, { caseId, number, n: 1 });
      const fault = judgeChange(wanted as Input['changes'], [one], shipped);
      if (!fault.ok && fault.code !== 'ORDER_UNCHANGED') return refusedBy(one, fault.code, { ...fault.values, field: fault.field });
      return tell(parts, call, planFor(call, input, one, wanted, 1), { input, wanted, earlier });
    }),
  );
}

/** A case as it was before the change that is now another one; `now`: as it is. */
function asBefore(one: OrderCase, earlier: readonly Plan[]): Before {
  const now = plain(one);
  const back = earlier.find(({ caseId }) => caseId === one.caseId)?.back;
  return back === undefined ? { ...one, now } : { ...one, order: orderIn(applyPatch(now, back)), now };
}
type Before = OrderCase & { readonly now: JsonObject };

const json = (order: OrderCase['order']): JsonObject => order as unknown as JsonObject;
const orderIn = (value: JsonObject): OrderCase['order'] => value as unknown as OrderCase['order'];
const plain = ({ order }: Pick<OrderCase, 'order'>): JsonObject => json(order);

function planFor(call: Call, { approvedBy, reason }: Input, one: Before, wanted: JsonObject, n: number): Plan {
  const { caseId, number, turn, now } = one;
  const before = plain(one);
  const changed = applyPatch(before, wanted);
  const after = one.placed ? json(withApproved(one.order, orderIn(changed))) : changed;
  const command = amendment(call, { patch: patchBetween(now, after), from: turn, reason, approvedBy });
  return { caseId, number, n, command, back: patchBetween(after, before) };
}

/** The engine amends, for the person who approved. */
function amendment(
  call: Call,
  { patch, from, reason, approvedBy }: { readonly patch: JsonObject; readonly from: number } & Pick<Input, 'reason' | 'approvedBy'>,
): Amendment {
  return {
    verb: 'amend',
    patch,
    from,
    reason: [numberOf(call), reason].filter((words) => words !== '').join(': '),
    by: 'engine',
    actingFor: approvedBy,
  };
}

/** Sends what is planned; `source`: what to plan anew from, when the case has been changed since it was read. */
async function tell(
  parts: AmendOrderParts,
  call: Call,
  wished: Plan,
  source?: { readonly input: Input; readonly wanted: JsonObject; readonly earlier: readonly Plan[] },
): Promise<Amended> {
  const plan = await parts.orders.plan(call.idempotencyKey, call.caseId, wished);
  const { caseId, number, n, command } = plan;
  if (command === undefined) return refusedBy(plan, 'CASE_CLOSED', { case: caseId });
  call.signal.throwIfAborted();
  const sent = await parts.commands.send(caseId, `${call.idempotencyKey}/${caseId}/${n}`, command);
  if (sent.ok) return { caseId, number, amended: true };
  if (sent.code !== 'CASE_CHANGED' || n >= tries || source === undefined) return refusedBy(plan, sent.code, sent.values);
  const again = await parts.orders.read(caseId);
  return again === undefined
    ? refusedBy(plan, sent.code, sent.values)
    : tell(parts, call, planFor(call, source.input, asBefore(again, source.earlier), source.wanted, n + 1), source);
}

/** Sets back what the change did, where that still stands. */
async function takeBack(parts: AmendOrderParts, call: Call): Promise<void> {
  const left: string[] = [];
  for (const { caseId, number, command, back } of await parts.orders.latest(call.caseId)) {
    if (command === undefined || back === undefined) continue;
    const one = await parts.orders.read(caseId);
    const stands = one?.open === true && canon(applyPatch(plain(one), command.patch)) === canon(plain(one));
    if (!stands) left.push(number);
    else {
      const { actingFor = 'engine' } = command;
      const undoing = amendment(call, { patch: back, from: one.turn, reason: '', approvedBy: actingFor });
      const told = await tell(parts, call, { caseId, number, n: 1, command: undoing });
      if (!told.amended) left.push(number);
    }
  }
  if (left.length > 0) throw new PermanentFailure('AMENDMENT_STANDS', left.join(', '));
}

const refusedBy = ({ caseId, number }: Pick<Plan, 'caseId' | 'number'>, code: string, values: JsonObject): Amended => ({
  caseId,
  number,
  amended: false,
  code,
  values,
});

/** One case after the other: of a run that is cut short, those told are told. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<Amended>): Promise<readonly Amended[]> {
  const done: Amended[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}
