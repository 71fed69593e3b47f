import { tmpdir } from 'node:os';
import { say } from '../domain/texts/texts.js';
import { StartupError } from '../embedded/startup-error.js';
import { findTemporalProgram } from '../embedded/temporal-program.js';

/** Makes sure that there is a `temporal` program, telling on stderr how that is getting on, and prints its path. */
try {
  const progress = (...[key, values]: Parameters<Parameters<typeof findTemporalProgram>[1]>): void => console.error(say('en', key, values));
  console.log(await findTemporalProgram({ environment: process.env, home: tmpdir() }, progress));
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(error.sentence('en'));
  process.exitCode = 1;
}
