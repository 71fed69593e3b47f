/** When several seats of a step have come to an answer; see docs/seats.md. */
export const seatModes = ['one', 'any', 'all', 'sequence', 'quorum'] as const;
export type SeatMode = (typeof seatModes)[number];

/** What a quorum needs: so many seats, so much of them in percent, or so much weight. */
export type Needs = { readonly count: number } | { readonly percent: number } | { readonly weight: number };
