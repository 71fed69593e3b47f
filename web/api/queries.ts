import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, isSignedOut } from './client.js';
import { sessionEnded } from './session-state.js';

/** What has been read, for as long as the page is open. What the API refused is not asked again; a lost connection is tried for a while. */
export function createQueries(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isSignedOut(error)) sessionEnded();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => !(error instanceof ApiProblem) && failures < 2,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
