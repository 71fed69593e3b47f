import { usePeople } from '../api/me.js';
import { useNow } from '../parts/now.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';
import type { Task } from './queries.js';

/** Who signs, who has signed, whose turn it is. Shown where several sign. */
export function Seats({ task, zone }: { readonly task: Task; readonly zone: string }) {
  const { say, language } = useReader();
  const people = usePeople(task.company);
  const now = useNow();
  const seats = task.seats.filter(({ state }) => state !== 'removed');
  if (seats.length < 2) return null;
  const signed = seats.filter(({ state }) => state === 'done').length;
  return (
    <section className="facts-group" aria-label={say('web.task.seats')}>
      <h3 className="facts-label">
        {say('web.task.seats')} <span className="quiet">{say('web.task.signed', { n: signed, of: seats.length })}</span>
      </h3>
      <ol className="seats sheet">
        {seats.map((seat) => {
          const whose = seat.name ?? seat.candidates.map(({ name }) => name).join(', ');
          const by = seat.by === undefined ? undefined : (people.get(seat.by) ?? '…');
          return (
            <li key={seat.id} className={`seat seat-${seat.state ?? 'open'}`}>
              <span aria-hidden="true">{seat.state === 'done' ? '✓' : seat.state === undefined ? '●' : '○'}</span>
              <span>{whose}</span>
              <span className="quiet small">
                {by !== undefined && seat.at !== undefined
                  ? `${by} · ${momentOf(seat.at, { language, now, zone })}`
                  : say(`web.seat.${seat.state ?? 'open'}`)}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
