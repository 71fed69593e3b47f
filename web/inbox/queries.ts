import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from '../api/client.js';
import type { Schemas } from '../api/types.js';
import type { Language } from '../texts/language.js';
import type { Filter, View } from './search.js';

export type ListedTask = Schemas['ListedTask'];

const pageSize = 50;

/** The tasks of a view, page by page. */
export function tasksQuery(view: View, filter: Filter, language: Language) {
  const { overdue, ...others } = filter;
  return infiniteQueryOptions({
    queryKey: ['tasks', view, filter, language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask('GET /api/v1/tasks', {
        query: {
          view,
          limit: pageSize,
          ...others,
          ...(overdue === true ? { overdue: 'true' as const } : {}),
          ...(pageParam === undefined ? {} : { after: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export const countsQuery = (language: Language) =>
  queryOptions({
    queryKey: ['counts', language],
    queryFn: ({ signal }) => ask('GET /api/v1/tasks/counts', { signal }),
    placeholderData: keepPreviousData,
  });

export const itemsOf = (data: { readonly pages: readonly Schemas['TaskList'][] } | undefined): readonly ListedTask[] =>
  data?.pages.flatMap(({ items }) => items) ?? [];
