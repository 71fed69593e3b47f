import { useCallback, useState } from 'react';

const prefix = (person: string): string => `gendan-start ${person} `;

/** What somebody has begun to start on this device, as `company/procedure`. */
export const draftsOf = (person: string): readonly string[] =>
  Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix(person)) ? [key.slice(prefix(person).length)] : []));

/** A form that is kept on this device with every key. */
export function useStartDraft<T extends object>(person: string, what: string, empty: T) {
  const key = `${prefix(person)}${what}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
      return typeof kept === 'object' && kept !== null ? { ...empty, ...kept } : empty;
    } catch {
      return empty;
    }
  });
  const change = useCallback(
    (next: T) => {
      setValue(next);
      localStorage.setItem(key, JSON.stringify(next));
    },
    [key],
  );
  const forget = useCallback(() => {
    localStorage.removeItem(key);
    setValue(empty);
  }, [key, empty]);
  return { value, change, forget } as const;
}
