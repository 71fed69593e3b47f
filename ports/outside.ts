import type { Json } from '../domain/json.js';

/** What every call to an outside system gets: the key under which it must be done at most once, and the word to stop. */
export interface Call {
  readonly caseId: string;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** When asking for an earlier attempt: a person has said that it was not carried out. It counts only where the system itself cannot tell. */
  readonly confirmedUndone?: true;
  /** Addresses that mail came back from, each with the one to send to instead. */
  readonly readdressed?: Readonly<Record<string, string>>;
}
export interface PreviousResult {
  readonly input: Json;
  readonly result: Json;
}

/**
 * A system that an effect changes. Passing faults are thrown (and retried); a permanent one is thrown as PermanentFailure.
 * Results are JSON and kept with the case.
 */
export interface EffectPort {
  /** What came of an earlier attempt under this key; undefined when it was never carried out. */
  find(call: Call): Promise<Json | undefined>;
  do(input: Json, call: Call): Promise<Json>;
  /** Makes what stands into what is wanted. */
  revise(standing: PreviousResult, input: Json, call: Call): Promise<Json>;
  undo(standing: PreviousResult, call: Call): Promise<void>;
  /** Sends the mail of what stands once more, since it came back; only where there is mail. */
  readonly again?: (standing: PreviousResult, call: Call) => Promise<Json>;
}

/** A system that is read. `at`: the case's own time, epoch milliseconds; its clock may be ahead of the wall's where it is practised on. */
export type ReadingPort = (input: Json, call: Omit<Call, 'idempotencyKey'> & { readonly at: number }) => Promise<Json>;

/** The systems a worker can reach, by the names that procedures and policies use. */
export interface Outside {
  readonly effects: Readonly<Record<string, EffectPort>>;
  readonly readings: Readonly<Record<string, ReadingPort>>;
}

/** A system's final no: trying again cannot help, a person must. `unknown`: nobody can tell whether it was carried out, so a person is asked that. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  readonly code: string;
  readonly unknown: boolean;
  constructor(code: string, detail: string, { unknown = false }: { readonly unknown?: boolean } = {}) {
    super(detail);
    this.code = code;
    this.unknown = unknown;
  }
}
