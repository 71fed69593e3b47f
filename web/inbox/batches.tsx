import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/types.js';
import { useNow } from '../parts/now.js';
import { dayOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';
import type { Filter } from './search.js';

/** What goes with a daily batch, as one list each. */
export function Batches({ batches, chosen }: { readonly batches: Schemas['Counts']['batches']; readonly chosen: Filter }) {
  const { say, language } = useReader();
  const now = useNow();
  if (batches.length === 0) return null;
  return (
    <ul className="batches" aria-label={say('web.inbox.batches')}>
      {batches.map(({ company, procedure, step, batch, name, open, overdue }) => {
        const here = chosen.batch === batch && chosen.step === step && chosen.company === company;
        return (
          <li key={`${company}/${procedure}/${step}/${batch}`}>
            <Link
              to="/inbox/$view"
              params={{ view: 'mine' }}
              search={here ? {} : { company, procedure, step, batch }}
              className={here ? 'chip chip-here' : 'chip'}
            >
              {say('web.inbox.batch', { step: name, day: dayOf(batch, language, now), n: open })}
              {overdue > 0 ? <span className="tag tag-late">▲ {overdue}</span> : null}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
