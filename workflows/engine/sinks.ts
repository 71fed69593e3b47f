import { proxySinks, type Sinks } from '@temporalio/workflow';

/** Told of each turn; the replay check compares digests with it, a live worker ignores it. */
interface CaseSinks extends Sinks {
  gendan: { turned(caseId: string, turn: number, digest: string): void };
}
export const { gendan } = proxySinks<CaseSinks>();
