import type { WorkingCalendar } from './calendar.js';

/** For companies without a calendar: an offset and no working hours, enough for what the wall clock decides. */
export const wallClock = (utcOffsetMinutes: number): WorkingCalendar => ({
  calendar: 'none',
  name: { en: '-', zh: '-', id: '-' },
  zone: '-',
  offsets: [{ minutes: utcOffsetMinutes }],
  editions: [],
});
