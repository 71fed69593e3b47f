import type { CliContext } from './context.js';

/** Waits for Ctrl-C or a termination signal, then stops in order. A second signal ends the process at once. */
export function stopOnSignal(cli: CliContext, stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = (): void => {
      if (stopping) process.exit(130);
      stopping = true;
      cli.note(cli.say('cli.stopping'));
      stop().then(resolve, reject);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
