import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Whether a key is for the page: not while somebody types, composes a character, or means the browser. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return true;
  return target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]') === null;
}

/** Calls back for keys that are for the page. */
export function usePageKeys(onKey: (key: string, event: KeyboardEvent) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (isForPage(event)) onKey(event.key, event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [onKey]);
}

const goes = { i: '/', n: '/start', s: '/radar', a: '/away' } as const;
/** How long after `g` the second letter may come. */
const pairMs = 1_200;

/** `/` searches, `g` and a letter goes to a page. */
export function useShellKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let gone = 0;
    const listen = (event: KeyboardEvent): void => {
      if (!isForPage(event)) return;
      const { key } = event;
      if (key === '/') {
        const search = document.querySelector<HTMLInputElement>('#page input[type="search"]');
        if (search === null) void navigate({ to: '/search' });
        else search.focus();
        event.preventDefault();
      } else if (key === 'g') gone = Date.now();
      else if (Date.now() - gone < pairMs && key in goes) {
        gone = 0;
        event.preventDefault();
        void navigate({ to: goes[key as keyof typeof goes] });
      }
    };
    document.addEventListener('keydown', listen, true);
    return () => document.removeEventListener('keydown', listen, true);
  }, [navigate]);
}
