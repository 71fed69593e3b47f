import { Link } from '@tanstack/react-router';
import { useMe } from '../api/me.js';
import type { Schemas } from '../api/types.js';
import { useSay } from '../texts/texts.js';
import { type View, views } from './search.js';

/** The views with their counts. A filter is left behind: it is another list. */
export function ViewTabs({ view, counts }: { readonly view: View; readonly counts: Schemas['Counts'] | undefined }) {
  const say = useSay();
  const { capabilities } = useMe();
  const open = views.filter((one) => one !== 'team' || capabilities.team);
  return (
    <nav className="tabs" aria-label={say('web.inbox.views')}>
      {open.map((one) => (
        <Link
          key={one}
          to="/inbox/$view"
          params={{ view: one }}
          search={{}}
          className={one === view ? 'tab tab-here' : 'tab'}
          aria-current={one === view ? 'page' : undefined}
        >
          {say(`web.view.${one}`)}
          {one === 'done' || counts === undefined ? null : <span className="tab-count">{counts[one].open}</span>}
        </Link>
      ))}
    </nav>
  );
}
