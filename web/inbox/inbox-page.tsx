import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import './inbox.css';
import { Fault } from '../parts/alert.js';
import { usePageTitle } from '../parts/page-title.js';
import { ResultStrip } from '../task/result-strip.js';
import { useReader } from '../texts/texts.js';
import { Batches } from './batches.js';
import { InboxEmpty } from './inbox-empty.js';
import { InboxFilter } from './inbox-filter.js';
import { InboxTable } from './inbox-table.js';
import { useInboxKeys } from './keys.js';
import { countsQuery, itemsOf, type ListedTask, tasksQuery } from './queries.js';

import { heldStill } from './still-list.js';
import { ViewTabs } from './view-tabs.js';

const route = getRouteApi('/inbox/$view');

/** What waits for me, my group, my team; and what I answered. */
export function InboxPage() {
  const { say, language } = useReader();
  const { view } = route.useParams();
  const filter = route.useSearch();
  const tasks = useInfiniteQuery(tasksQuery(view, filter, language));
  const { data: counts } = useQuery(countsQuery(language));
  const list = useStill(`${view} ${JSON.stringify(filter)} ${language}`, itemsOf(tasks.data), tasks.isPlaceholderData);
  useInboxKeys(view, list.showNew);
  usePageTitle(say('web.nav.inbox'), counts?.mine.open);
  return (
    <main className="page inbox">
      <div className="page-head">
        <h1>{say('web.nav.inbox')}</h1>
        <ViewTabs view={view} counts={counts} />
      </div>
      <ResultStrip />
      <InboxFilter view={view} filter={filter} items={itemsOf(tasks.data)} />
      {view === 'mine' ? <Batches batches={counts?.batches ?? []} chosen={filter} /> : null}
      <div className="inbox-news">
        {list.waiting === 0 ? null : (
          <button type="button" className="button button-small news fades" onClick={list.showNew}>
            {say('web.inbox.new', { n: list.waiting })}
          </button>
        )}
      </div>
      {tasks.error === null ? null : <Fault error={tasks.error} again={() => void tasks.refetch()} />}
      {tasks.isSuccess && list.rows.length === 0 && list.waiting === 0 ? <InboxEmpty view={view} filter={filter} counts={counts} /> : null}
      {list.rows.length === 0 ? null : <InboxTable rows={list.rows} view={view} filter={filter} />}
      {tasks.hasNextPage ? (
        <button
          type="button"
          className="button more"
          disabled={tasks.isFetchingNextPage}
          onClick={() => void tasks.fetchNextPage().then(list.showNew)}
        >
          {say('web.more')}
        </button>
      ) : null}
    </main>
  );
}

/** The list as the reader saw it first, until they look at something else or want to see what is new. */
function useStill(key: string, latest: readonly ListedTask[], isOther: boolean) {
  const [shown, setShown] = useState<{ readonly key: string; readonly items: readonly ListedTask[] }>();
  if (!isOther && latest.length > 0 && (shown?.key !== key || shown.items.length === 0)) setShown({ key, items: latest });
  const showNew = useCallback(() => setShown(undefined), []);
  return { ...heldStill(shown?.key === key ? shown.items : latest, latest), showNew };
}
