/** `npm run mutate`: of the case core; with `-- --procedures [company/procedure …]`: of the procedures and their policies, seen by their stories. */
if (process.argv.includes('--procedures')) await import('./lib/mutate-procedures.js');
else await import('./lib/mutate-core.js');

export {};
