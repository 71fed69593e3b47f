import { ApplicationFailure } from '@temporalio/workflow';
import { Refusal } from '../../domain/case/refusal.js';

/** Does what a message asks for, with its refusals as Temporal carries them. */
export function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw ApplicationFailure.create({ message: thrown.code, type: thrown.code, nonRetryable: true, details: [thrown.values] });
  }
}
