import type { Client } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import type pg from 'pg';
import type { CaseStart } from '../../domain/engine/command.js';
import type { CaseStatus, Row, TaskRow } from '../../domain/engine/ledger.js';
import type { CaseView } from '../../domain/engine/view.js';
import type { Json } from '../../domain/json.js';
import { view } from '../../workflows/engine/contract.js';
import { openHistory } from '../support/open-history.js';

/** A command as the journal has it. */
export interface JournalEntry {
  readonly id: string;
  readonly verb: string;
  readonly status: 'pending' | 'done' | 'refused';
  readonly answer: { readonly turn?: number; readonly status?: string; readonly code?: string } | null;
  readonly body: { readonly [name: string]: Json };
  readonly sentCount: number;
}

/** All that SQL has of a case. */
export interface SqlSide {
  readonly kase:
    | { readonly seq: number; readonly turn: number; readonly digest: string; readonly status: CaseStatus; readonly edition: string }
    | undefined;
  readonly ledger: readonly { readonly seq: number; readonly turn: number; readonly row: Row }[];
  readonly tasks: readonly TaskRow[];
  readonly journal: readonly JournalEntry[];
  readonly effects: readonly { readonly key: string; readonly state: string }[];
  readonly alarms: readonly string[];
}

/** One run of a case's workflow, as its history tells. */
export interface Run {
  readonly runId: string;
  /** Updates that were taken, by their ids, with the rows each answer held. */
  readonly taken: ReadonlyMap<string, readonly Row[]>;
  /** Rows given to the activity `record`. */
  readonly recorded: readonly Row[];
  /** Only of the first run. */
  readonly start: CaseStart | undefined;
  /** Why workflow tasks failed. */
  readonly failures: readonly string[];
}

/** All that Temporal has of a case: its runs, first to last, and what the last says of itself. */
export interface TemporalSide {
  readonly status: string;
  readonly buildId: string | undefined;
  /** What the first run was started with. */
  readonly start: CaseStart | undefined;
  readonly runs: readonly Run[];
  readonly view: CaseView;
}

/** Reads a case's rows with statements of its own. */
export async function readSql(pool: pg.Pool, caseId: string): Promise<SqlSide> {
  const ask = async <T>(text: string): Promise<T[]> => (await pool.query(text, [caseId])).rows as T[];
  const [kase] = await ask<NonNullable<SqlSide['kase']>>('select seq, turn, digest, status, edition from kase where id = $1');
  return {
    kase,
    ledger: await ask('select seq, turn, row from ledger where case_id = $1 order by seq'),
    tasks: (await ask<{ row: TaskRow }>('select row from task where case_id = $1 order by id')).map(({ row }) => row),
    journal: await ask('select id, verb, status, answer, body, sent_count as "sentCount" from command where case_id = $1 order by n'),
    effects: await ask('select key, state from effect where case_id = $1'),
    alarms: (await ask<{ kind: string }>('select kind from alarm where case_id = $1')).map(({ kind }) => kind),
  };
}

/** Reads a case's runs and asks the last one; undefined: there is no such workflow. */
export async function readTemporal(client: Client, caseId: string): Promise<TemporalSide | undefined> {
  const description = await client.workflow
    .getHandle(caseId)
    .describe()
    .catch((thrown: unknown) => {
      if (thrown instanceof Error && thrown.name === 'WorkflowNotFoundError') return undefined;
      throw thrown;
    });
  if (description === undefined) return undefined;
  const runs: Run[] = [];
  for (let runId: string | undefined = description.runId; runId !== undefined; ) {
    const { run, before } = await readRun(client, caseId, runId);
    runs.unshift(run);
    runId = before;
  }
  const state = await client.workflow.getHandle(caseId).query(view, { since: 0, whole: true });
  const { deploymentVersion } = description.raw.workflowExecutionInfo?.versioningInfo ?? {};
  return { status: description.status.name, buildId: deploymentVersion?.buildId ?? undefined, start: runs[0]?.start, runs, view: state };
}

async function readRun(client: Client, caseId: string, runId: string): Promise<{ readonly run: Run; readonly before: string | undefined }> {
  const events = await eventsOf(client, caseId, runId);
  const accepted = new Map<string, string>();
  const taken = new Map<string, readonly Row[]>();
  const recorded: Row[] = [];
  const failures: string[] = [];
  for (const event of events) {
    const { workflowExecutionUpdateAcceptedEventAttributes: accept, workflowExecutionUpdateCompletedEventAttributes: complete } = event;
    if (accept) accepted.set(String(event.eventId), accept.acceptedRequest?.meta?.updateId ?? '');
    const answer = complete?.outcome?.success?.payloads?.[0];
    if (complete && answer)
      taken.set(complete.meta?.updateId ?? accepted.get(String(complete.acceptedEventId)) ?? '', (decoded(answer) as { rows: Row[] }).rows);
    const activity = event.activityTaskScheduledEventAttributes;
    if (activity?.activityType?.name === 'record') recorded.push(...(decoded(activity.input?.payloads?.[1]) as Row[]));
    const failed = event.workflowTaskFailedEventAttributes;
    if (failed)
      failures.push(`${proto.temporal.api.enums.v1.WorkflowTaskFailedCause[failed.cause ?? 0]}: ${failed.failure?.message ?? ''}`);
  }
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const before = started?.continuedExecutionRunId;
  const { start } = decoded(started?.input?.payloads?.[0]) as { readonly start?: CaseStart };
  return { run: { runId, start, taken, recorded, failures }, before: before === '' || before === null ? undefined : before };
}

async function eventsOf(client: Client, workflowId: string, runId: string): Promise<readonly temporal.api.history.v1.IHistoryEvent[]> {
  const events: temporal.api.history.v1.IHistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
  await openHistory({ events }, { namespace: client.options.namespace, caseId: workflowId });
  return events;
}

function decoded(payload: temporal.api.common.v1.IPayload | undefined): unknown {
  return JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8') || 'null');
}
