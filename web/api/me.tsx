import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, use } from 'react';
import type { Language } from '../texts/language.js';
import { type Answer, ask } from './client.js';

export type Me = Answer<'GET /api/v1/me'>;

export const meQuery = (language: Language) =>
  queryOptions({ queryKey: ['me', language], queryFn: ({ signal }) => ask('GET /api/v1/me', { signal }), staleTime: 5 * 60_000 });

const MeContext = createContext<Me | undefined>(undefined);

export function MeProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** Who reads. */
export function useMe(): Me {
  const me = use(MeContext);
  if (me === undefined) throw new Error('outside MeProvider');
  return me;
}

/** The time zone of a company's site; the browser's where the reader is not of the company. */
export function useZone(company: string | undefined): string {
  const { companies } = useMe();
  return companies.find((one) => one.company === company)?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Names of a company's people by id. */
export function usePeople(company: string | undefined): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['people', company],
    enabled: company !== undefined,
    staleTime: 10 * 60_000,
    queryFn: ({ signal }) => ask('GET /api/v1/people', { query: company === undefined ? {} : { company }, signal }),
  });
  return new Map((data?.items ?? []).map((one) => ['id' in one ? one.id : one.person, one.name]));
}
