import type { Payload, SerializationContext } from '@temporalio/common';
import type { History } from '@temporalio/worker';
import { type CodecOptions, nothingPlain, type Sealer } from '../../sealing/codec.js';
import { testSealer } from './sealing.js';

export interface OpeningOptions extends Partial<CodecOptions> {
  readonly namespace: string;
  readonly caseId: string;
  readonly sealer?: Sealer;
}

/** A history as it would be if nothing had been sealed, in place: what its programs gave to each other, and nothing of how it was bound. */
export async function openHistory(history: History, { namespace, caseId, sealer = testSealer, ...options }: OpeningOptions): Promise<void> {
  const codec = sealer.clientCodec({ plainBefore: nothingPlain, ...options });
  const activities = new Map<string, string>();
  const own: SerializationContext = { type: 'workflow', namespace, workflowId: caseId };
  const open = async (payloads: readonly Payload[], context: SerializationContext): Promise<Payload[]> =>
    (await codec.decode([...payloads], context)).filter((payload) => !isBinding(payload));
  const walk = async (value: unknown, context: SerializationContext): Promise<void> => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const node = value as Record<string, unknown>;
    for (const [name, member] of Object.entries(node)) {
      if (name === 'header' || name === 'searchAttributes') continue;
      if (Array.isArray(member) && member.length > 0 && member.every(isPayload)) node[name] = await open(member, context);
      else if (isPayload(member)) [node[name]] = await open([member], context);
      else await walk(member, context);
    }
  };
  for (const event of history.events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) activities.set(String(event.eventId), scheduled.activityId ?? '');
    // One that was begun again carries why it failed before.
    const later =
      event.activityTaskStartedEventAttributes ??
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    const activityId = scheduled?.activityId ?? activities.get(String(later?.scheduledEventId));
    await walk(
      event,
      activityId === undefined || activityId === null
        ? own
        : { type: 'activity', namespace, workflowId: caseId, activityId, isLocal: false },
    );
  }
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
}

/** The argument that names the update. */
function isBinding({ data }: Payload): boolean {
  return Buffer.from(data ?? [])
    .toString('utf8')
    .startsWith('{"gendan:for":');
}
