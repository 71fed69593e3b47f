/** The step of whoever started a case that was sent back to them. */
export const starterStepName = 'starter';
/** The one key of that step. */
export const starterKey = `!${starterStepName}`;
