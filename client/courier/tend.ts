import { clear, markStuck, raise } from '../../db/alarms.js';
import { takeChore } from '../../db/chores.js';
import { claim, type Pending, release, unsent } from '../../db/journal.js';
import type { CaseStart, Command } from '../../domain/engine/command.js';
import { passOn } from './calendars.js';
import { carry, end, type Parcel, settleTaken } from './carry.js';
import { catchUp } from './catch-up.js';
import { type Context, forEach, pause } from './context.js';
import { type Courier, Unavailable } from './contract.js';
import { sweep } from './sweep.js';
import { outcomeOf } from './temporal.js';
import { Watch } from './watch.js';

const batch = 100;
const width = 4;

/**
 * Looks after what processes left behind: pending commands, differences between the two sides; and tells cases of new working calendars.
 * Until stopped.
 */
export function tend(context: Context, command: Courier['command']): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = work(context, command, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await working;
      await context.settled();
    },
  };
}

async function work(context: Context, command: Courier['command'], signal: AbortSignal): Promise<void> {
  const { tendEveryMs, sweepEveryMs, calendarEveryMs } = context.timing;
  const holder = context.claimName();
  const watch = new Watch(context);
  let sweepAt = 0;
  let calendarsAt = 0;
  while (!signal.aborted) {
    await attempt(context, 'workers', () => watch.look());
    await attempt(context, 'pending commands', () => resendAll(context, signal));
    if (Date.now() >= calendarsAt && !signal.aborted) {
      calendarsAt = Date.now() + calendarEveryMs;
      await attempt(context, 'working calendars', async () => {
        if (!(await takeChore(context.pool, 'calendars', holder, calendarEveryMs * 0.9))) return;
        await passOn(context, command, signal);
      });
    }
    if (Date.now() >= sweepAt && !signal.aborted) {
      sweepAt = Date.now() + sweepEveryMs;
      await attempt(context, 'comparison', async () => {
        if (await takeChore(context.pool, 'sweep', holder, sweepEveryMs * 0.9)) await sweep(context, signal);
      });
    }
    await pause(tendEveryMs, signal);
  }
}

async function attempt(context: Context, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    context.trouble(what, thrown);
  }
}

/** Sends again what nobody is sending, in the order it came. A command that cannot be carried does not keep the others. */
async function resendAll(context: Context, signal: AbortSignal): Promise<void> {
  const { resendAfterMs, expireMs, stuckMs } = context.timing;
  const pending = await unsent(context.pool, resendAfterMs, expireMs, batch);
  await forEach(pending, width, async (command) => {
    if (!signal.aborted) await attempt(context, `command ${command.id}`, () => resend(context, command));
  });
  await markStuck(context.pool, stuckMs);
}

async function resend(context: Context, pending: Pending): Promise<void> {
  const by = context.claimName();
  const standing = await claim(context.pool, pending.id, by, false);
  if (standing?.status !== 'pending' || !standing.claimed) return;
  const { id, caseId, actor } = pending;
  const parcel: Parcel =
    pending.verb === 'begin'
      ? { id, caseId, actor, verb: 'begin', body: pending.body as unknown as CaseStart }
      : { id, caseId, actor, verb: 'act', body: pending.body as unknown as Command };
  try {
    if (pending.ageMs > context.timing.expireMs) await expire(context, parcel, by);
    else await carry(context, parcel, by, standing.head);
  } catch (thrown) {
    await release(context.pool, id, by, context.timing.resendAfterMs);
    throw thrown;
  }
}

/** Ends a command that is too old to be taken: with its turn if the case took it, as refused if not. It is not sent again. */
async function expire(context: Context, parcel: Parcel, by: string): Promise<void> {
  const { caseId, id, actor } = parcel;
  const sent = await outcomeOf(context, caseId, id);
  if (sent.kind !== 'gone') return void (await carry(context, parcel, by, null));
  const { state } = await catchUp(context, caseId);
  if (state === 'behind' || state === 'ahead') throw new Unavailable('TEMPORAL_UNAVAILABLE', true);
  const refusing = { code: 'COMMAND_EXPIRED', values: { caseId } } as const;
  const ended = parcel.verb === 'begin' ? await settleTaken(context, parcel, by, refusing.code) : await end(context, parcel, by, refusing);
  if (ended.kind === 'done') return;
  await clear(context.pool, caseId, ['command-stuck']);
  await raise(context.pool, caseId, 'command-stuck', {
    command: id,
    verb: parcel.verb === 'begin' ? 'begin' : parcel.body.verb,
    actor,
    expired: true,
  });
}
