import { useNow } from '../parts/now.js';
import { dateOf, momentOf } from '../parts/time.js';
import { useReader, useSay } from '../texts/texts.js';
import type { Case, Entry } from './queries.js';

interface TimelineProps {
  readonly pages: readonly Case[];
  readonly zone: string;
  /** Reads earlier entries; undefined: there are none. */
  readonly earlier: (() => void) | undefined;
}

/** What happened, the latest first, a heading a day. */
export function Timeline({ pages, zone, earlier }: TimelineProps) {
  const say = useSay();
  const { language } = useReader();
  const now = useNow();
  const entries = pages.flatMap(({ timeline }) => timeline.toReversed());
  const days = Map.groupBy(entries, ({ at }) => dateOf(new Date(at), { language, now, zone }));
  return (
    <section className="timeline" aria-label={say('web.case.timeline')}>
      {[...days].map(([day, of]) => (
        <section key={day} aria-label={day}>
          <h2 className="case-label">{day}</h2>
          <ol className="sheet entries">
            {of.map((entry) => (
              <TimelineEntry key={`${entry.seq}/${entry.note ?? ''}`} entry={entry} zone={zone} />
            ))}
          </ol>
        </section>
      ))}
      {earlier === undefined ? null : (
        <button type="button" className="button more" onClick={earlier}>
          {say('web.case.earlier')}
        </button>
      )}
    </section>
  );
}

/** People's decisions stand out from what the system did by itself. */
function TimelineEntry({ entry, zone }: { readonly entry: Entry; readonly zone: string }) {
  const { language } = useReader();
  const now = useNow();
  const time = momentOf(entry.at, { language, now, zone }).split(' ').at(-1);
  return (
    <li className={entry.by === 'engine' ? 'entry entry-system' : 'entry'}>
      <time dateTime={entry.at} className="entry-time">
        {time}
      </time>
      <span aria-hidden="true" className="entry-mark">
        {entry.by === 'engine' ? '·' : '●'}
      </span>
      <span>{entry.sentence}</span>
    </li>
  );
}
