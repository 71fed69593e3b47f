import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import './radar.css';
import { ask } from '../api/client.js';
import { Fault } from '../parts/alert.js';
import { usePageTitle } from '../parts/page-title.js';
import { useReader } from '../texts/texts.js';
import { isCause } from './causes.js';
import { StuckRow } from './stuck-row.js';

const route = getRouteApi('/radar');
/** What keeps orders from going on, the longest first. */
export function RadarPage() {
  const { say, language } = useReader();
  const { cause } = route.useSearch();
  const radar = useInfiniteQuery({
    queryKey: ['radar', cause, language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask('GET /api/v1/radar', {
        query: { limit: 50, ...(cause === undefined ? {} : { cause }), ...(pageParam === undefined ? {} : { after: pageParam }) },
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const [page] = radar.data?.pages ?? [];
  const items = radar.data?.pages.flatMap((one) => one.items) ?? [];
  const counts = Object.entries(page?.counts ?? {}).filter(([, n]) => n > 0);
  const all = counts.reduce((sum, [, n]) => sum + n, 0);
  usePageTitle(say('web.nav.radar'), all);
  const name = (one: string): string => (isCause(one) ? say(`web.cause.${one}`) : say('web.radar.other'));
  return (
    <main className="page">
      <div className="page-head">
        <h1>{say('web.radar.title', { n: all })}</h1>
      </div>
      {counts.length === 0 ? null : (
        <nav className="causes" aria-label={say('web.radar.causes')}>
          <Link to="/radar" search={{}} className={cause === undefined ? 'chip chip-here' : 'chip'}>
            {say('web.radar.all')} {all}
          </Link>
          {counts.map(([one, n]) => (
            <Link key={one} to="/radar" search={isCause(one) ? { cause: one } : {}} className={cause === one ? 'chip chip-here' : 'chip'}>
              {name(one)} {n}
            </Link>
          ))}
        </nav>
      )}
      {radar.error === null ? null : <Fault error={radar.error} again={() => void radar.refetch()} />}
      {radar.isSuccess && items.length === 0 ? <p className="empty">{say('web.radar.none')}</p> : null}
      {items.length === 0 ? null : (
        <ul className="sheet">
          {items.map((item) => (
            <StuckRow key={item.id} item={item} cause={name(item.cause)} />
          ))}
        </ul>
      )}
      {radar.hasNextPage ? (
        <button type="button" className="button more" disabled={radar.isFetchingNextPage} onClick={() => void radar.fetchNextPage()}>
          {say('web.more')}
        </button>
      ) : null}
    </main>
  );
}
