import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Lists are read again at most this often, however much happens. */
const listsEvery = 2_500;

/** One stream of events for the whole page; it goes on by itself after a lost connection, from where it was. */
export function useLiveEvents(person: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const lists = coalesced(queries);
    const source = new EventSource('/api/v1/events');
    source.addEventListener('case', ({ data }: MessageEvent<string>) => {
      const { caseId } = JSON.parse(data) as { readonly caseId: string };
      void queries.invalidateQueries({ queryKey: ['case', caseId] });
      void queries.invalidateQueries({ queryKey: ['task', caseId] });
      lists.touch();
    });
    source.addEventListener('notices', () => void queries.invalidateQueries({ queryKey: ['notices'] }));
    source.addEventListener('reset', () => void queries.invalidateQueries());
    return () => {
      source.close();
      lists.stop();
    };
  }, [queries, person]);
}

/** The first of many events reads lists soon, the others together later. */
function coalesced(queries: QueryClient): { touch(): void; stop(): void } {
  let timer: number | undefined;
  let last = 0;
  return {
    touch() {
      if (timer !== undefined) return;
      const wait = Math.max(150, last + listsEvery - Date.now());
      timer = window.setTimeout(() => {
        timer = undefined;
        last = Date.now();
        void queries.invalidateQueries({ queryKey: ['tasks'] });
        void queries.invalidateQueries({ queryKey: ['counts'] });
        void queries.invalidateQueries({ queryKey: ['cases'] });
        void queries.invalidateQueries({ queryKey: ['radar'] });
      }, wait);
    },
    stop: () => window.clearTimeout(timer),
  };
}
