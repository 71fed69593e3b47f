import { useEffect } from 'react';

/** The title of the browser's tab, with a count where there is one. */
export function usePageTitle(title: string, count?: number): void {
  useEffect(() => {
    document.title = `${count === undefined || count === 0 ? '' : `(${count}) `}${title} · Gendan 跟单`;
  }, [title, count]);
}
