import { queryOptions } from '@tanstack/react-query';
import { ask } from '../api/client.js';
import type { Schemas } from '../api/types.js';
import type { Language } from '../texts/language.js';

export type Task = Schemas['TaskPage'];
export type TaskVerb = Task['verbs'][number];

/** The case of a task: its id begins with it. */
export const caseIdOf = (taskId: string): string => taskId.split('/')[0] ?? taskId;

export const taskQuery = ({ id }: { readonly id: string }, language: Language) =>
  queryOptions({
    queryKey: ['task', caseIdOf(id), id, language],
    queryFn: ({ signal }) => ask('GET /api/v1/tasks/{taskId}', { params: { taskId: id }, signal }),
  });

export const draftQuery = (id: string, person: string) =>
  queryOptions({
    queryKey: ['draft', id, person],
    queryFn: ({ signal }) => ask('GET /api/v1/tasks/{taskId}/draft', { params: { taskId: id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
