import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from '../../db/pool.js';
import { loadBooks } from '../../policies/load.js';
import { createOutsideSystems } from '../../worker/outside.js';
import { startWorkers } from '../../worker/run.js';
import { testSealer } from '../support/sealing.js';
import { serve, settingOf, tell } from './serve.js';

/** What a worker process needs to know that releases goods in the trade books. */
export interface ShipmentSetting {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
}

/** Between a release in the books and its fact in the case lies so much time, in which the process may be killed. */
const gapMs = 1_500;

const { databaseUrl, ...place } = settingOf<ShipmentSetting>();
const pool = createPool({ databaseUrl, applicationName: 'gendan test', max: 8, onError: () => undefined });
const { books } = await loadBooks('policies');
const refuse = () => Promise.reject(new Error('no other case is told here'));
const outside = createOutsideSystems({ pool, books, commands: { send: refuse, start: refuse } });
const release = outside.effects['release-goods'];
if (release === undefined) throw new Error('release-goods is missing');
const workers = await startWorkers({
  databaseUrl,
  temporal: { address: place.temporalAddress },
  namespace: place.namespace,
  sealer: testSealer,
  source: { books },
  outside: {
    ...outside,
    effects: {
      ...outside.effects,
      'release-goods': {
        ...release,
        async do(input, call) {
          const result = await release.do(input, call);
          tell('released', { caseId: call.caseId, result });
          await sleep(gapMs);
          return result;
        },
      },
    },
  },
  log: (message, values) => console.log(new Date().toISOString(), message, JSON.stringify(values)),
  lookEveryMs: 500,
});
serve({ serving: () => workers.serving() });
tell('ready', { edition: workers.edition });
