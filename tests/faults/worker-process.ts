import { startWorkers } from '../../worker/run.js';
import { testSealer } from '../support/sealing.js';
import { type EditionName, sourceOf } from './editions.js';
import { fileOutside } from './outside.js';
import { serve, settingOf, tell } from './serve.js';

/** What a worker process of the matrix needs to know. */
export interface WorkerSetting {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** `default` when absent. */
  readonly namespace?: string;
  readonly edition: EditionName;
  readonly outside: string;
}

const setting = settingOf<WorkerSetting>();
const workers = await startWorkers({
  databaseUrl: setting.databaseUrl,
  temporal: { address: setting.temporalAddress },
  namespace: setting.namespace ?? 'default',
  sealer: testSealer,
  source: sourceOf(setting.edition),
  outside: fileOutside(setting.outside),
  log: (message, values) => console.log(new Date().toISOString(), message, JSON.stringify(values)),
  lookEveryMs: 500,
});
serve({ serving: () => workers.serving() });
process.on('SIGTERM', () => void workers.stop().then(() => process.exit(0)));
tell('ready', { edition: workers.edition });
