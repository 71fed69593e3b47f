import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { InboxPage } from '../inbox/inbox-page.js';
import { filterOf, isView, queueOf, type View } from '../inbox/search.js';
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

const me = createRoute({ getParentRoute: () => root, path: '/me', component: lazyRouteComponent(() => import('./account.js'), 'MePage') });

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([home, inbox, task, caseOne, me]),
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
