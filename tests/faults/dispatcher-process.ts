import { Connection } from '@temporalio/client';
import type { Dispatch } from '../../client/dispatch/contract.js';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import { waitingTasks } from '../../db/tasks.js';
import type { Member } from '../../domain/authority/directory.js';
import { reachOf } from '../../domain/authority/reach.js';
import type { CaseStart, Command } from '../../domain/engine/command.js';
import { testClient } from '../support/sealing.js';
import { Holds, type Step } from './holds.js';
import type { Inbox } from './inbox.js';
import { serve, settingOf, tell } from './serve.js';

/** What a dispatcher process of the matrix needs to know. */
export interface DispatcherSetting {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** `default` when absent. */
  readonly namespace?: string;
}

const { databaseUrl, temporalAddress, namespace = 'default' } = settingOf<DispatcherSetting>();
const holds = new Holds((caseId, step) => tell('held', { caseId, step }));
const say = (message: string, cause: unknown): void =>
  console.log(new Date().toISOString(), message, cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
const pool = holds.pool({ databaseUrl, applicationName: 'gendan api', onError: (cause) => say('database connection lost', cause) });
const connection = Connection.lazy({ address: temporalAddress });
const client = testClient({ connection, namespace, interceptors: [holds.interceptor] });
const dispatcher = createDispatcher({
  pool,
  client,
  timing: { reconcileEveryMs: 300, resendAfterMs: 1_000, sweepEveryMs: 1_500 },
  onTrouble: say,
});
let reconciling: { stop(): Promise<void> } | undefined;

serve({
  start: (dispatch: Dispatch<CaseStart>) => dispatcher.start(dispatch),
  command: (caseId: string, dispatch: Dispatch<Command>) => dispatcher.command(caseId, dispatch),
  catchUp: (caseId: string) => dispatcher.catchUp(caseId),
  inbox,
  arm: (points: Readonly<Record<string, Step>>) => holds.arm(points),
  release: () => holds.release(),
  reconcile: () => {
    reconciling ??= dispatcher.reconcile();
  },
  rest: async () => {
    await reconciling?.stop();
    reconciling = undefined;
  },
});
tell('ready', {});

/** A person's open tasks of one case, as lists show them, with how far SQL was at that very moment. */
async function inbox(person: string, caseId: string): Promise<Inbox> {
  const connection = await pool.connect();
  try {
    await connection.query('begin isolation level repeatable read read only');
    const { rows } = await connection.query<{ seq: number }>('select seq from kase where id = $1', [caseId]);
    const held = await connection.query<Pick<Member, 'memberships'>>('select gendan_memberships($1) as memberships', [person]);
    const reach = reachOf({ id: person, memberships: held.rows[0]?.memberships ?? [] }, {});
    const page = await waitingTasks(connection, person, reach, { filter: { q: caseId.split(':')[2] }, limit: 100 });
    await connection.query('commit');
    const items = page?.items ?? [];
    return { seq: rows[0]?.seq ?? 0, tasks: items.filter((item) => item.caseId === caseId).map((item) => item.task.id) };
  } finally {
    connection.release();
  }
}
