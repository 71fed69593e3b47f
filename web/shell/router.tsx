import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { InboxPage } from '../inbox/inbox-page.js';
import { filterOf, isView, queueOf, type View } from '../inbox/search.js';
import { causeOf } from '../radar/causes.js';
import { caseSearchOf } from '../search/case-search.js';
import { MePage } from './account.js';
import { NotFound, PageFault } from './page-fault.js';
import { Shell } from './shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFault });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox/$view', params: { view: 'mine' }, search: {} });
  },
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox/$view',
  params: { parse: ({ view }): { view: View } => ({ view: isView(view) ? view : 'mine' }), stringify: ({ view }) => ({ view }) },
  validateSearch: filterOf,
  component: InboxPage,
});

const task = createRoute({
  getParentRoute: () => root,
  path: '/task/$taskId',
  validateSearch: queueOf,
  component: lazyRouteComponent(() => import('../task/task-page.js'), 'TaskPage'),
});

const caseOne = createRoute({
  getParentRoute: () => root,
  path: '/case/$caseId',
  validateSearch: (search: Record<string, unknown>): { tab?: string } => (typeof search['tab'] === 'string' ? { tab: search['tab'] } : {}),
  component: lazyRouteComponent(() => import('../case/case-page.js'), 'CasePage'),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: caseSearchOf,
  component: lazyRouteComponent(() => import('../search/search-page.js'), 'SearchPage'),
});

const start = createRoute({
  getParentRoute: () => root,
  path: '/start',
  component: lazyRouteComponent(() => import('../start/start-page.js'), 'StartPage'),
});

const startOne = createRoute({
  getParentRoute: () => root,
  path: '/start/$company/$procedure',
  component: lazyRouteComponent(() => import('../start/start-one-page.js'), 'StartOnePage'),
});

const radar = createRoute({
  getParentRoute: () => root,
  path: '/radar',
  validateSearch: causeOf,
  component: lazyRouteComponent(() => import('../radar/radar-page.js'), 'RadarPage'),
});

const notices = createRoute({
  getParentRoute: () => root,
  path: '/notices',
  component: lazyRouteComponent(() => import('../notices/notices-page.js'), 'NoticesPage'),
});

const away = createRoute({
  getParentRoute: () => root,
  path: '/away',
  component: lazyRouteComponent(() => import('../absences/absences-page.js'), 'AbsencesPage'),
});

const me = createRoute({ getParentRoute: () => root, path: '/me', component: MePage });

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([home, inbox, task, caseOne, search, start, startOne, radar, notices, away, me]),
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
