/** The one task queue all cases and activities use; which worker takes a case is decided by its pinned edition. */
export const taskQueue = 'gendan';
/** The worker deployment whose build ids are editions. */
export const deploymentName = 'gendan';
