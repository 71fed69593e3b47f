import { Link } from '@tanstack/react-router';
import { useMe } from '../api/me.js';
import type { Schemas } from '../api/types.js';
import { useSay } from '../texts/texts.js';
import { type Filter, isNarrowed, type View } from './search.js';

interface InboxEmptyProps {
  readonly view: View;
  readonly filter: Filter;
  readonly counts: Schemas['Counts'] | undefined;
}

/** Nothing to show: why, and what to do next. */
export function InboxEmpty({ view, filter, counts }: InboxEmptyProps) {
  const say = useSay();
  const { capabilities } = useMe();
  if (isNarrowed(filter)) {
    const hidden = view === 'done' ? undefined : counts?.[view].open;
    return (
      <div className="empty">
        <p>{hidden === undefined ? say('web.inbox.none-fit') : say('web.inbox.none-fit-of', { n: hidden })}</p>
        <Link to="/inbox/$view" params={{ view }} search={{}} className="button">
          {say('web.inbox.clear')}
        </Link>
      </div>
    );
  }
  return (
    <div className="empty">
      <p>{say(`web.inbox.none.${view}`)}</p>
      {view === 'mine' && capabilities.start.length > 0 ? (
        <Link to="/start" className="button">
          {say('web.nav.start')}
        </Link>
      ) : null}
    </div>
  );
}
