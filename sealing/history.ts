import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { isSealed, plainHash } from './codec.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A payload of a history that was never sealed: its hash, and the updates that it was the input of. */
export interface PlainPayload {
  readonly hash: string;
  readonly updates: readonly string[];
}

/** All payloads of a history that were never sealed, each once. */
export function plainIn(events: readonly HistoryEvent[]): readonly PlainPayload[] {
  const found = new Map<string, Set<string>>();
  const note = (payload: Payload, update?: string): void => {
    if (isSealed(payload)) return;
    const hash = plainHash(payload);
    const updates = found.get(hash) ?? new Set<string>();
    found.set(hash, update === undefined ? updates : updates.add(update));
  };
  for (const event of events) {
    for (const payload of payloadsIn(event)) note(payload);
    const { workflowExecutionUpdateAcceptedEventAttributes: accepted, workflowExecutionUpdateAdmittedEventAttributes: admitted } = event;
    const request = accepted?.acceptedRequest ?? admitted?.request;
    for (const payload of request?.input?.args?.payloads ?? []) note(payload, request?.meta?.updateId ?? '');
  }
  return [...found].map(([hash, updates]) => ({ hash, updates: [...updates] }));
}

/** Codecs do not see these, so they are never sealed. */
const passedOver = new Set(['header', 'searchAttributes']);

function* payloadsIn(value: unknown): Generator<Payload> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if ('metadata' in value && 'data' in value && value.data instanceof Uint8Array) return yield value as Payload;
  for (const [name, member] of Object.entries(value)) if (!passedOver.has(name)) yield* payloadsIn(member);
}
