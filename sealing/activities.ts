import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { isUnsealed } from './marks.js';

/** No activity is carried out for whoever did not seal what it is given. */
export const refusesUnsealed: ActivityInterceptorsFactory = () => ({
  inbound: {
    execute(input, next) {
      if (input.args.some(isUnsealed)) throw ApplicationFailure.nonRetryable('UNSEALED', 'UNSEALED');
      return next(input);
    },
  },
});
