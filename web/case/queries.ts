import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { ask } from '../api/client.js';
import type { Schemas } from '../api/types.js';
import type { Language } from '../texts/language.js';

export type Case = Schemas['CasePage'];
export type CaseVerb = Case['verbs'][number];
export type Entry = Case['timeline'][number];

/** A case, and of its timeline as much as has been asked for. */
export const caseQuery = (caseId: string, language: Language) =>
  infiniteQueryOptions({
    queryKey: ['case', caseId, language],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask('GET /api/v1/cases/{caseId}', { params: { caseId }, query: pageParam === undefined ? {} : { before: pageParam }, signal }),
    getNextPageParam: ({ earlier }) => earlier ?? undefined,
    placeholderData: keepPreviousData,
  });
