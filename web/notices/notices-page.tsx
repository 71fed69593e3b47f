import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import './notices.css';
import { ask } from '../api/client.js';
import { useZone } from '../api/me.js';
import type { Schemas } from '../api/types.js';
import { Fault } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { usePageTitle } from '../parts/page-title.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';

/** What the reader was told. Opening a notice marks it as read; it never acts. */
export function NoticesPage() {
  const { say, language } = useReader();
  const queries = useQueryClient();
  const notices = useInfiniteQuery({
    queryKey: ['notices', 'list', language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask('GET /api/v1/notices', { query: { limit: 50, ...(pageParam === undefined ? {} : { after: pageParam }) }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const items = notices.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = notices.data?.pages[0]?.unread ?? 0;
  const [latest] = items;
  const readAll = useMutation({
    mutationFn: (upTo: string) => ask('POST /api/v1/notices/read', { body: { upTo } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['notices'] }),
  });
  usePageTitle(say('web.nav.notices'), unread);
  return (
    <main className="page">
      <div className="page-head">
        <h1>{say('web.nav.notices')}</h1>
        {unread === 0 || latest === undefined ? null : (
          <button type="button" className="button" disabled={readAll.isPending} onClick={() => readAll.mutate(latest.id)}>
            {say('web.notices.read-all', { n: unread })}
          </button>
        )}
      </div>
      {notices.error === null ? null : <Fault error={notices.error} again={() => void notices.refetch()} />}
      {notices.isSuccess && items.length === 0 ? <p className="empty">{say('web.notices.none')}</p> : null}
      {items.length === 0 ? null : (
        <ul className="sheet">
          {items.map((item) => (
            <NoticeRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      {notices.hasNextPage ? (
        <button type="button" className="button more" disabled={notices.isFetchingNextPage} onClick={() => void notices.fetchNextPage()}>
          {say('web.more')}
        </button>
      ) : null}
    </main>
  );
}

function NoticeRow({ item }: { readonly item: Schemas['Notice'] }) {
  const { say, language } = useReader();
  const zone = useZone(item.caseId.split(':')[0]);
  const now = useNow();
  const queries = useQueryClient();
  const read = (): void => {
    if (item.readAt === null)
      void ask('POST /api/v1/notices/{noticeId}/read', { params: { noticeId: item.id } }).then(() =>
        queries.invalidateQueries({ queryKey: ['notices'] }),
      );
  };
  const words = (
    <>
      {item.readAt === null ? <span className="hidden-text">{say('web.notices.unread')} </span> : null}
      {item.sentence}
    </>
  );
  return (
    <li className={item.readAt === null ? 'notice notice-new' : 'notice'}>
      <span aria-hidden="true" className="notice-mark">
        {item.readAt === null ? '●' : ''}
      </span>
      <span>
        {item.taskId === undefined ? (
          <Link to="/case/$caseId" params={{ caseId: item.caseId }} className="row-link" onClick={read}>
            {words}
          </Link>
        ) : (
          <Link to="/task/$taskId" params={{ taskId: item.taskId }} className="row-link" onClick={read}>
            {words}
          </Link>
        )}
        <span className="notice-of quiet small">
          {item.number} · {item.title}
          {item.mail === null ? null : ` · ${say('web.notices.mail', { state: item.mail.stateName })}`}
        </span>
      </span>
      <span className="quiet small">{momentOf(item.at, { language, now, zone })}</span>
    </li>
  );
}
