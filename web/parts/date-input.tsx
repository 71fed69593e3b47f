import { lazy, Suspense, useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useReader } from '../texts/texts.js';
import { dayTyped } from './day-input.js';
import { useNow } from './now.js';
import { dayOf } from './time.js';

const MonthCalendar = lazy(() => import('./month-calendar.js').then(({ MonthCalendar: month }) => ({ default: month })));

interface DateInputProps {
  readonly id?: string;
  readonly label: string;
  /** `2027-12-08`; empty: none yet. */
  readonly value: string;
  readonly onChange: (day: string) => void;
  readonly invalid?: boolean;
  readonly describedBy?: string | undefined;
}

/** A day, typed in the reader's order or picked from a month. */
export function DateInput({ id, label, value, onChange, invalid = false, describedBy }: DateInputProps) {
  const { say, language } = useReader();
  const now = useNow();
  const today = new Date(now).toISOString().slice(0, 10);
  const [typed, setTyped] = useState<string>();
  const shown = /^\d{4}-\d{2}-\d{2}$/.test(value) ? dayOf(value, language, now) : value;
  // What is typed counts with every key; left alone, it is shown as the day it was taken for.
  const settle = (): void => setTyped(undefined);
  return (
    <span className="date-input">
      <input
        id={id}
        className="input"
        aria-label={label}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        inputMode="numeric"
        autoComplete="off"
        placeholder={say('web.date.example')}
        value={typed ?? shown}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange(dayTyped(target.value, language, today) ?? target.value.trim());
        }}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) settle();
        }}
      />
      <DialogTrigger>
        <Button className="date-open" aria-label={say('web.date.pick', { field: label })}>
          <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
            <path d="M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3" />
          </svg>
        </Button>
        <Popover className="popover">
          <Dialog className="date-dialog" aria-label={label}>
            {({ close }) => (
              <Suspense fallback={null}>
                <MonthCalendar
                  label={label}
                  value={value}
                  onPick={(day) => {
                    setTyped(undefined);
                    onChange(day);
                    close();
                  }}
                />
              </Suspense>
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </span>
  );
}
