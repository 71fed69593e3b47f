import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What a stream of the API told, as tabs tell it to each other. */
type Told = { readonly kind: 'case'; readonly caseId: string } | { readonly kind: 'notices' | 'reset' };

/** Lists are read again at most this often, however much happens. */
const listsEvery = 2_500;

/** Reads anew what changed. All tabs of a person share one stream: a browser opens only six connections to a server, and streams never end. */
export function useLiveEvents(person: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const lists = coalesced(queries);
    const hear = (told: Told): void => {
      if (told.kind === 'case') {
        void queries.invalidateQueries({ queryKey: ['case', told.caseId] });
        void queries.invalidateQueries({ queryKey: ['task', told.caseId] });
        lists.touch();
      } else if (told.kind === 'notices') void queries.invalidateQueries({ queryKey: ['notices'] });
      else void queries.invalidateQueries();
    };
    const stop = shared(`gendan-events ${person}`, hear);
    return () => {
      stop();
      lists.stop();
    };
  }, [queries, person]);
}

/** The tab that holds the lock has the stream and tells the others; when it closes, the next one has it. */
function shared(name: string, hear: (told: Told) => void): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data));
  const leaving = new AbortController();
  const tell = (told: Told): void => {
    hear(told);
    channel.postMessage(told);
  };
  const untilLeft = (): Promise<void> =>
    new Promise((resolve) => {
      // The lock may come just after the page was left.
      if (leaving.signal.aborted) return resolve();
      const close = listen(tell);
      leaving.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  // Locks are there only on pages that are secure, as those of this machine are; elsewhere each tab has a stream of its own.
  if ('locks' in navigator) void navigator.locks.request(name, { signal: leaving.signal }, untilLeft).catch(() => undefined);
  else void untilLeft();
  return () => {
    leaving.abort();
    channel.close();
  };
}

/** One stream; it goes on by itself after a lost connection, from where it was. */
function listen(tell: (told: Told) => void): () => void {
  const source = new EventSource('/api/v1/events');
  source.addEventListener('case', ({ data }: MessageEvent<string>) => {
    const { caseId } = JSON.parse(data) as { readonly caseId: string };
    tell({ kind: 'case', caseId });
  });
  source.addEventListener('notices', () => tell({ kind: 'notices' }));
  source.addEventListener('reset', () => tell({ kind: 'reset' }));
  return () => source.close();
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
        for (const key of ['tasks', 'counts', 'cases', 'radar']) void queries.invalidateQueries({ queryKey: [key] });
      }, wait);
    },
    stop: () => window.clearTimeout(timer),
  };
}
