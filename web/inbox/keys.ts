import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { usePageKeys } from '../shell/keys.js';
import { type View, views } from './search.js';

const links = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.inbox-table .row-link')];

function move(by: number): void {
  const all = links();
  const here = all.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + by));
  all[next]?.focus();
  all[next]?.closest('tr')?.scrollIntoView({ block: 'nearest' });
}

/** j and k or the arrows move from row to row, Enter opens, c takes, a point shows what is new, 1 to 4 change the view. */
export function useInboxKeys(view: View, showNew: () => void): void {
  const navigate = useNavigate();
  usePageKeys(
    useCallback(
      (key, event) => {
        const index = ['1', '2', '3', '4'].indexOf(key);
        const other = views[index];
        if (key === 'j' || key === 'ArrowDown') move(1);
        else if (key === 'k' || key === 'ArrowUp') move(-1);
        else if (key === '.') showNew();
        else if (key === 'c') document.activeElement?.closest('tr')?.querySelector<HTMLElement>('.row-action button')?.click();
        else if (other !== undefined && other !== view) void navigate({ to: '/inbox/$view', params: { view: other }, search: {} });
        else return;
        event.preventDefault();
      },
      [navigate, view, showNew],
    ),
  );
}
