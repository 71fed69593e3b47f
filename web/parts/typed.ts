import { useRef, useState } from 'react';

const pauseMs = 250;

/** What is typed counts once the typing pauses. */
export function useTyped(value: string, onTyped: (typed: string) => void): readonly [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const timer = useRef<number>(undefined);
  // Changed from elsewhere, such as by going back.
  if (known !== value) {
    setKnown(value);
    if (typed.trim() !== value) setTyped(value);
  }
  return [
    typed,
    (next) => {
      setTyped(next);
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => onTyped(next.trim()), pauseMs);
    },
  ];
}
