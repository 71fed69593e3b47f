/** The step of whoever started a case that was sent back to them. */
export const starterStepName = 'starter';
/** The one key of that step. */
export const starterKey = `!${starterStepName}`;

/** The step of every repair task. */
export const repairStepName = 'repair';

/** The step of every task about a mail that came back. */
export const bouncedStepName = 'bounced';

/** The steps that the engine asks by itself, beside the procedure; no procedure may name a step like them. */
export const repairSteps: readonly string[] = [repairStepName, bouncedStepName];

/** Whether a task of this key is one of those. */
export const isRepairKey = (key: string): boolean => repairSteps.some((step) => key.endsWith(`!${step}`));
