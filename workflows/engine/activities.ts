import { ActivityCancellationType, CancellationScope, isCancellation, proxyActivities, proxySinks, type Sinks } from '@temporalio/workflow';
import type { CaseActivities, EffectOutcome } from '../../domain/engine/activities.js';
import type { Attempt, EffectState } from '../../domain/engine/state.js';

/** An effect whose system is slow may take its half minute; a dead worker is noticed by the missing heartbeat. Passing faults are retried until the attempt is called off. */
const outside = proxyActivities<Pick<CaseActivities, 'effect' | 'reading'>>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '15s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Retried for as long as SQL is away: the rows are durable in the workflow. */
export const { record } = proxyActivities<Pick<CaseActivities, 'record'>>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});

export interface AttemptRequest {
  readonly caseId: string;
  readonly effect: EffectState;
  readonly flight: Attempt;
}

/** One attempt, to its end: done, failed for good, or of unknown outcome because it was called off. */
export async function runAttempt({ caseId, effect, flight: attempt }: AttemptRequest): Promise<EffectOutcome | { readonly ok: 'unknown' }> {
  try {
    if (effect.reading)
      return ownOutcome(await outside.reading({ caseId, key: effect.key, reading: effect.name, input: attempt.input, at: Date.now() }));
    const end = await outside.effect({
      caseId,
      key: effect.key,
      effect: effect.name,
      action: attempt.action,
      input: attempt.input,
      idempotencyKey: attempt.idempotencyKey,
      uncertain: effect.uncertain,
      ...(attempt.irreversible === undefined ? {} : { irreversible: attempt.irreversible }),
      ...(effect.readdressed === undefined ? {} : { readdressed: effect.readdressed }),
      ...(effect.done === undefined ? {} : { done: { input: effect.done.input, result: effect.done.again ?? effect.done.result } }),
    });
    return ownOutcome(end);
  } catch (thrown) {
    // However a called-off attempt ends, nobody knows what it did: a worker that died may have carried it out and not said so.
    if (isCancellation(thrown) || CancellationScope.current().consideredCancelled) return { ok: 'unknown' };
    return { ok: false, code: 'ACTIVITY_FAILED', detail: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Temporal lets anybody end an activity who reaches it. What no worker of ours has sealed says nothing, so nobody knows what the attempt did. */
function ownOutcome(end: EffectOutcome): EffectOutcome | { readonly ok: 'unknown' } {
  return typeof end.ok === 'boolean' ? end : { ok: 'unknown' };
}

/** Told of each turn; the replay check compares digests with it, a live worker ignores it. */
interface CaseSinks extends Sinks {
  gendan: { turned(caseId: string, turn: number, digest: string): void };
}
export const { gendan } = proxySinks<CaseSinks>();
