import { type CaseBehind, calendarOf, casesBehind } from '../../db/calendars.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { type Context, forEach } from './context.js';
import { type Courier, Unavailable } from './contract.js';

const width = 4;
const engine = 'engine';

/**
 * Tells open cases of their company's working calendar, each by a command of the engine's own in the journal. A refusal stands: the case is
 * coming to its end. A case that could not be reached is told by whoever sends pending commands again; when the servers are away, the
 * others wait for the next look.
 */
export async function passOn(context: Context, command: Courier['command'], signal: AbortSignal): Promise<void> {
  const calendars = new Map<string, WorkingCalendar | undefined>();
  let away = false;
  await forEach(await casesBehind(context.pool, context.timing.calendarCases), width, async (found) => {
    if (signal.aborted || away) return;
    try {
      const { company } = found;
      if (!calendars.has(company)) calendars.set(company, await calendarOf(context.pool, company));
      await tellOne(command, found, calendars.get(company));
    } catch (thrown) {
      away ||= thrown instanceof Unavailable;
      context.trouble(`calendar of ${found.id}`, thrown);
    }
  });
}

/** The key counts, so that a calendar that a case had before can come back; two processes that tell it at once send one command. */
async function tellOne(
  command: Courier['command'],
  { id: caseId, hash, told }: CaseBehind,
  calendar: WorkingCalendar | undefined,
): Promise<void> {
  if (calendar === undefined) return;
  const key = `calendar:${hash}:${told + 1}`;
  await command(caseId, {
    id: hashOf([engine, caseId, key]),
    actor: engine,
    key,
    bodyHash: hashOf([caseId, hash]),
    body: { verb: 'calendar', calendar, by: engine },
  });
}
