import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import './search.css';
import { ask } from '../api/client.js';
import { useZone } from '../api/me.js';
import type { Schemas } from '../api/types.js';
import { Fault } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { usePageTitle } from '../parts/page-title.js';
import { momentOf } from '../parts/time.js';
import { useTyped } from '../parts/typed.js';
import { useReader } from '../texts/texts.js';
import { type CaseSearch, statuses } from './case-search.js';

const route = getRouteApi('/search');
/** Cases by number, customer or the customer's own order number. */
export function SearchPage() {
  const { say, language } = useReader();
  const search = route.useSearch();
  const navigate = useNavigate();
  usePageTitle(say('web.nav.search'));
  const set = (next: CaseSearch): void => void navigate({ to: '/search', search: next, replace: true });
  const [q, setQ] = useTyped(search.q ?? '', (typed) => {
    const { q: _before, ...others } = search;
    set(typed === '' ? others : { ...others, q: typed });
  });
  const cases = useInfiniteQuery({
    queryKey: ['cases', search, language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask('GET /api/v1/cases', { query: { limit: 50, ...search, ...(pageParam === undefined ? {} : { after: pageParam }) }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const items = cases.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <main className="page">
      <h1>{say('web.nav.search')}</h1>
      <search className="inbox-filter">
        <input
          className="input"
          type="search"
          value={q}
          maxLength={120}
          placeholder={say('web.inbox.search')}
          aria-label={say('web.inbox.search')}
          onChange={(event) => setQ(event.target.value)}
        />
        {statuses.map((status) => (
          <button
            key={status}
            type="button"
            className={search.status === status ? 'chip chip-here' : 'chip'}
            aria-pressed={search.status === status}
            onClick={() => {
              const { status: before, ...others } = search;
              set(before === status ? others : { ...others, status });
            }}
          >
            {say(`web.status.${status}`)}
          </button>
        ))}
      </search>
      {cases.error === null ? null : <Fault error={cases.error} again={() => void cases.refetch()} />}
      {cases.isSuccess && items.length === 0 ? <p className="empty">{say('web.search.none')}</p> : null}
      {items.length === 0 ? null : (
        <ul className="sheet cases">
          {items.map((item) => (
            <CaseRow key={item.caseId} item={item} />
          ))}
        </ul>
      )}
      {cases.hasNextPage ? (
        <button type="button" className="button more" disabled={cases.isFetchingNextPage} onClick={() => void cases.fetchNextPage()}>
          {say('web.more')}
        </button>
      ) : null}
    </main>
  );
}

const tones: Readonly<Record<string, string>> = { closed: 'tag tag-done', faulted: 'tag tag-late' };

function CaseRow({ item }: { readonly item: Schemas['ListedCase'] }) {
  const { say, language } = useReader();
  const zone = useZone(item.company);
  const now = useNow();
  return (
    <li className="case-row">
      <span>
        <Link to="/case/$caseId" params={{ caseId: item.caseId }} className="row-link">
          {item.number}
        </Link>
        <span className="quiet small"> {item.procedureName}</span>
      </span>
      <span>{item.title}</span>
      <span className="case-row-state">
        <span className={tones[item.status] ?? 'tag tag-note'}>{item.statusName}</span>
        {item.overdue ? <span className="tag tag-late">▲ {say('web.inbox.overdue')}</span> : null}
        {item.openTasks > 0 ? <span className="quiet small">{say('web.search.open', { n: item.openTasks })}</span> : null}
      </span>
      <span className="quiet small">{momentOf(item.changedAt, { language, now, zone })}</span>
    </li>
  );
}
