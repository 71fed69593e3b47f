/** Everything that the bench's edition can run. */
export * from '../tests/support/procedures/index.js';
export * from '../workflows/index.js';
