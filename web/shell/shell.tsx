import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import './shell.css';
import { useEffect } from 'react';
import { useLiveEvents } from '../api/events.js';
import { useMe } from '../api/me.js';
import { countsQuery } from '../inbox/queries.js';
import { unreadQuery } from '../notices/queries.js';
import { LanguageChoice } from '../parts/language-choice.js';
import type { TextKey } from '../texts/language.js';
import { useReader, useSay } from '../texts/texts.js';
import { Account } from './account.js';
import { ConnectionBar } from './connection-bar.js';
import { Gate } from './gate.js';
import { useShellKeys } from './keys.js';

/** Everything around a page. */
export function Shell() {
  return (
    <Gate>
      <Frame />
    </Gate>
  );
}

interface Place {
  readonly to: '/inbox/$view' | '/start' | '/search' | '/radar' | '/notices' | '/away' | '/me';
  readonly label: TextKey;
  readonly count?: number | undefined;
  /** Where it is shown: in the rail of a desk, on the bar of a phone, or both. */
  readonly only?: 'desk' | 'phone';
}

function usePlaces(): readonly Place[] {
  const { language } = useReader();
  const { capabilities } = useMe();
  const { data: counts } = useQuery(countsQuery(language));
  const { data: notices } = useQuery(unreadQuery);
  return [
    { to: '/inbox/$view', label: 'web.nav.inbox', count: counts?.mine.open },
    ...(capabilities.start.length === 0 ? [] : [{ to: '/start', label: 'web.nav.start' } as const]),
    { to: '/search', label: 'web.nav.search' },
    ...(capabilities.radar ? [{ to: '/radar', label: 'web.nav.radar' } as const] : []),
    { to: '/notices', label: 'web.nav.notices', count: notices?.unread, only: 'desk' },
    { to: '/away', label: 'web.nav.away', only: 'desk' },
    { to: '/me', label: 'web.nav.me', count: notices?.unread, only: 'phone' },
  ];
}

function Frame() {
  const say = useSay();
  const me = useMe();
  const places = usePlaces();
  useLiveEvents(me.id);
  useShellKeys();
  useTitleFocus();
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {say('web.skip')}
      </a>
      <nav className="rail" aria-label={say('web.nav')}>
        <Link to="/inbox/$view" params={{ view: 'mine' }} className="mark">
          Gendan 跟单
        </Link>
        <ul className="rail-places">
          {places.map((place) => (
            <li key={place.to} className={place.only === undefined ? '' : `only-${place.only}`}>
              <PlaceLink {...place} />
            </li>
          ))}
        </ul>
        <div className="rail-foot">
          <Account />
          <LanguageChoice />
        </div>
      </nav>
      <div className="content" id="page">
        <ConnectionBar />
        <Outlet />
      </div>
    </div>
  );
}

function PlaceLink({ to, label, count }: Place) {
  const say = useSay();
  return (
    <Link
      to={to}
      params={to === '/inbox/$view' ? { view: 'mine' } : {}}
      className="place"
      activeProps={{ className: 'place place-here', 'aria-current': 'page' }}
      activeOptions={{ exact: false, includeSearch: false }}
    >
      <span>{say(label)}</span>
      {count === undefined || count === 0 ? null : <span className="place-count">{count > 999 ? '999+' : count}</span>}
    </Link>
  );
}

/** A change of page is told to a screen reader by its heading. */
function useTitleFocus(): void {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('#page h1');
    if (heading === null || document.activeElement?.closest('[data-keeps-focus]') !== null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [path]);
}
