export type FaultCode = 'SIGNAL_SWALLOWED' | 'DUPLICATE_KEY' | 'ENDLESS_LOOP' | 'NAME_UNKNOWN' | 'UNSETTLED' | 'THREW';

/** A fault in a procedure's own code (never in what people or systems did). */
export class ProcedureFault extends Error {
  override readonly name = 'ProcedureFault';
  readonly code: FaultCode;
  constructor(code: FaultCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
