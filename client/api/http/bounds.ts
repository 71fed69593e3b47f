import * as z from 'zod';

/** Text that no store and no page can hold or show as it is: control characters, or half of a surrogate pair. */
const unusable = /[\p{Cc}\p{Cs}]/u;

/** The longest id, and the longest value of a query: anything longer names nothing that there is. */
const longest = 2_000;

/** Whether a part of an address, decoded, may name something at all. */
export const canName = (text: string): boolean => text.length <= longest && !unusable.test(text);

/** The largest whole number that every store takes: turns, revisions, places in a list. */
const largest = 2_147_483_647;

/** A turn, a revision or a place in a list. */
export const count = z.number().int().min(1).max(largest);
export const countInQuery = z.coerce.number().int().min(1).max(largest);

const [earliest, latest] = ['1900-01-01', '9999-12-31'];

/** A day that calendars and stores know. */
export const day = z.iso.date().refine((text) => text >= earliest && text <= latest, { params: { expected: 'date' } });

/** A moment within the days that calendars and stores know. */
export const anyMoment = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= Date.parse(earliest) && Date.parse(text) <= Date.parse(latest), { params: { expected: 'date' } });
