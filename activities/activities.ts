import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type CaseActivities, type EffectOutcome, type EffectRequest, type ReadingRequest } from '../domain/engine/activities.js';
import type { CaseRows } from '../ports/case-rows.js';
import { type Call, type EffectPort, type Outside, PermanentFailure, type PreviousResult } from '../ports/outside.js';

const beatEveryMs = 2_000;

/** The activities that reach outside systems through their ports. */
export function createOutside(outside: Outside): Pick<CaseActivities, 'effect' | 'reading'> {
  return {
    effect: (request) => attempt(async (signal) => perform(outside.effects[request.effect], request, signal)),
    reading: (request) => attempt(async (signal) => read(outside, request, signal)),
  };
}

/** Runs under a heartbeat, so that a call that is called off stops at once; a final no becomes data. */
async function attempt(work: (signal: AbortSignal) => Promise<EffectOutcome>): Promise<EffectOutcome> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), beatEveryMs);
  try {
    return await Promise.race([work(context.cancellationSignal), context.cancelled]);
  } catch (thrown) {
    if (thrown instanceof PermanentFailure)
      return { ok: false, code: thrown.code, detail: thrown.message, ...(thrown.unknown ? { unknown: true } : {}) };
    throw thrown;
  } finally {
    clearInterval(beat);
  }
}

async function perform(port: EffectPort | undefined, request: EffectRequest, signal: AbortSignal): Promise<EffectOutcome> {
  if (port === undefined) return { ok: false, code: 'EFFECT_UNKNOWN', detail: request.effect };
  const { readdressed } = request;
  const call: Call = {
    caseId: request.caseId,
    idempotencyKey: request.idempotencyKey,
    signal,
    ...(readdressed === undefined ? {} : { readdressed }),
  };
  const earlier = await port.find(call);
  if (earlier !== undefined) return { ok: true, result: earlier };
  const found = await lastCarriedOut(port, request, signal);
  if (request.action === 'again') return sendAgain(port, request, found, call);
  const last = found ?? request.done;
  const standing = last === 'undone' ? undefined : last;
  if (request.action === 'undo') {
    if (standing !== undefined && request.irreversible === true) return { ok: false, code: 'IRREVERSIBLE', detail: '' };
    if (standing !== undefined) await port.undo(standing, call);
    return { ok: true, result: null };
  }
  return {
    ok: true,
    result: standing === undefined ? await port.do(request.input, call) : await port.revise(standing, request.input, call),
  };
}

/** A mail that came back goes out once more, unless an earlier attempt to do so has been carried out after all. */
async function sendAgain(
  port: EffectPort,
  { done, effect }: EffectRequest,
  found: PreviousResult | 'undone' | undefined,
  call: Call,
): Promise<EffectOutcome> {
  if (typeof found === 'object') return { ok: true, result: found.result };
  if (port.again === undefined || done === undefined) return { ok: false, code: 'EFFECT_UNKNOWN', detail: effect };
  return { ok: true, result: await port.again(done, call) };
}

/** What the latest attempt of unknown outcome left behind, if it was carried out after all. */
async function lastCarriedOut(
  port: EffectPort,
  request: EffectRequest,
  signal: AbortSignal,
): Promise<PreviousResult | 'undone' | undefined> {
  for (const { idempotencyKey, input, action, confirmedUndone } of request.uncertain.toReversed()) {
    if (idempotencyKey === request.idempotencyKey) continue;
    const confirmed = confirmedUndone === undefined ? {} : { confirmedUndone };
    const result = await port.find({ caseId: request.caseId, idempotencyKey, signal, ...confirmed });
    if (result !== undefined) return action === 'undo' ? 'undone' : { input, result };
  }
  return undefined;
}

async function read(outside: Outside, request: ReadingRequest, signal: AbortSignal): Promise<EffectOutcome> {
  const port = outside.readings[request.reading];
  if (port === undefined) return { ok: false, code: 'READING_UNKNOWN', detail: request.reading };
  return { ok: true, result: await port(request.input, { caseId: request.caseId, signal, at: request.at ?? Date.now() }) };
}

/**
 * The activity that brings rows into SQL which no caller takes there. Idempotent. Throws, and is retried, while SQL is away, or while rows
 * before the given ones are missing: a process that got them first is about to bring them.
 */
export function createRecord(store: CaseRows): Pick<CaseActivities, 'record'> {
  return {
    async record(caseId, rows) {
      const { seq, gap } = await store.apply(caseId, rows);
      if (gap)
        throw ApplicationFailure.retryable(
          `${caseId}: rows up to ${seq} are stored, those from ${rows[0]?.seq ?? 0} were given`,
          'ROWS_MISSING',
        );
      return seq;
    },
  };
}
