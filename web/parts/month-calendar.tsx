import { parseDate } from '@internationalized/date';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
} from 'react-aria-components';

interface MonthCalendarProps {
  readonly label: string;
  readonly value: string;
  readonly onPick: (day: string) => void;
}

/** A month to pick a day from. */
export function MonthCalendar({ label, value, onPick }: MonthCalendarProps) {
  const chosen = /^\d{4}-\d{2}-\d{2}$/.test(value) ? parseDate(value) : null;
  return (
    <Calendar aria-label={label} value={chosen} autoFocus onChange={(day) => onPick(day.toString())}>
      <header className="month-head">
        <Button slot="previous" className="button button-small">
          ‹
        </Button>
        <Heading className="month-name" />
        <Button slot="next" className="button button-small">
          ›
        </Button>
      </header>
      <CalendarGrid className="month">
        <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
        <CalendarGridBody>{(date) => <CalendarCell date={date} className="month-day" />}</CalendarGridBody>
      </CalendarGrid>
    </Calendar>
  );
}
