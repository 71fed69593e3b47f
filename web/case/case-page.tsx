import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import './case.css';
import { useZone } from '../api/me.js';
import { Facts } from '../facts/facts.js';
import { Fault } from '../parts/alert.js';
import { usePageTitle } from '../parts/page-title.js';
import { StartedStrip } from '../start/started-strip.js';
import { ResultStrip } from '../task/result-strip.js';
import { useReader, useSay } from '../texts/texts.js';
import { CaseHead } from './case-head.js';
import { Mails } from './mails.js';
import { OpenTasks } from './open-tasks.js';
import { Papers } from './papers.js';
import { Promises } from './promises.js';
import { type Case, caseQuery } from './queries.js';
import { Timeline } from './timeline.js';

const route = getRouteApi('/case/$caseId');
const tabs = ['timeline', 'order', 'promises', 'papers', 'mails'] as const;
type Tab = (typeof tabs)[number];

/** One case: where it stands, what happened, what was promised, printed and mailed. */
export function CasePage() {
  const { say, language } = useReader();
  const { caseId } = route.useParams();
  const query = useInfiniteQuery(caseQuery(caseId, language));
  const [page] = query.data?.pages ?? [];
  const zone = useZone(page?.company);
  const wanted = route.useSearch().tab;
  const tab = tabs.find((one) => one === wanted) ?? 'timeline';
  usePageTitle(page === undefined ? say('web.case') : page.number);
  if (page === undefined)
    return (
      <main className="page">
        {query.error === null ? null : (
          <>
            <h1>{say('web.case')}</h1>
            <Fault error={query.error} again={() => void query.refetch()} />
          </>
        )}
      </main>
    );
  return (
    <main className="page case">
      <CaseHead page={page} zone={zone} />
      <StartedStrip caseId={page.caseId} />
      <ResultStrip />
      <OpenTasks page={page} zone={zone} />
      <CaseTabs page={page} tab={tab} />
      {tab === 'timeline' ? (
        <Timeline pages={query.data?.pages ?? []} zone={zone} earlier={query.hasNextPage ? () => void query.fetchNextPage() : undefined} />
      ) : null}
      {tab === 'order' ? (
        <div className="case-order">
          <Facts facts={page.facts} />
        </div>
      ) : null}
      {tab === 'promises' ? <Promises page={page} zone={zone} /> : null}
      {tab === 'papers' ? <Papers page={page} zone={zone} /> : null}
      {tab === 'mails' ? <Mails caseId={page.caseId} zone={zone} /> : null}
    </main>
  );
}

function CaseTabs({ page, tab }: { readonly page: Case; readonly tab: Tab }) {
  const say = useSay();
  const count: Partial<Record<Tab, number>> = {
    promises: new Set(page.promises.map(({ line }) => line)).size,
    papers: page.printed.length,
  };
  return (
    <nav className="tabs case-tabs" aria-label={say('web.case.parts')}>
      {tabs.map((one) => (
        <Link
          key={one}
          to="/case/$caseId"
          params={{ caseId: page.caseId }}
          search={one === 'timeline' ? {} : { tab: one }}
          replace
          resetScroll={false}
          className={one === tab ? 'tab tab-here' : 'tab'}
          aria-current={one === tab ? 'page' : undefined}
        >
          {say(`web.case.${one}`)}
          {count[one] === undefined || count[one] === 0 ? null : <span className="tab-count">{count[one]}</span>}
        </Link>
      ))}
    </nav>
  );
}
