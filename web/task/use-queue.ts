import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { itemsOf, tasksQuery } from '../inbox/queries.js';
import type { Queue } from '../inbox/search.js';
import { useReader } from '../texts/texts.js';
import { caseIdOf } from './queries.js';

/** The list that a task was opened out of: where it stands there, what comes before and after. A task opened out of its case leads back there. */
export function useQueue(taskId: string, queue: Queue) {
  const { language } = useReader();
  const navigate = useNavigate();
  const { view, ...filter } = queue;
  const { data, hasNextPage } = useInfiniteQuery({ ...tasksQuery(view ?? 'mine', filter, language), enabled: view !== undefined });
  const items = view === undefined ? [] : itemsOf(data);
  const index = items.findIndex(({ id }) => id === taskId);
  const at = (place: number): string | undefined => (index < 0 ? undefined : items[place]?.id);
  const before = at(index - 1);
  const after = at(index + 1);
  const open = useCallback(
    (id: string | undefined) => {
      if (id === undefined && view === undefined) void navigate({ to: '/case/$caseId', params: { caseId: caseIdOf(taskId) } });
      else if (id === undefined) void navigate({ to: '/inbox/$view', params: { view: view ?? 'mine' }, search: filter });
      else void navigate({ to: '/task/$taskId', params: { taskId: id }, search: queue });
    },
    [navigate, taskId, view, filter, queue],
  );
  return { index, length: `${items.length}${hasNextPage ? '+' : ''}`, before, after, open, view, filter } as const;
}
export type QueuePlace = ReturnType<typeof useQueue>;
