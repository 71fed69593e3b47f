import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { recount } from '../../db/counts.js';
import { verifyChain } from '../../db/ledger.js';
import type { Fact } from '../../domain/engine/facts.js';
import type { Row } from '../../domain/engine/ledger.js';
import type { Deed } from './outside.js';
import { type JournalEntry, readSql, readTemporal, type SqlSide, type TemporalSide } from './sides.js';

/** Both sides, to be compared; `deeds` reads what was done to the outside system. */
export interface Sides {
  readonly pool: pg.Pool;
  readonly client: Client;
  deeds(): readonly Deed[];
}

/** In the middle of recovery only this can be asked of a case: SQL shows nothing that Temporal does not have. */
export async function checkNotAhead({ pool, client }: Sides, caseId: string): Promise<readonly string[]> {
  // SQL first: what it shows now, Temporal must have then.
  const sql = await readSql(pool, caseId);
  if (sql.kase === undefined) return [];
  const temporal = await readTemporal(client, caseId);
  if (temporal === undefined) return [`SQL is at seq ${sql.kase.seq}, and there is no workflow`];
  const { seq, turn } = temporal.view;
  return sql.kase.seq > seq || sql.kase.turn > turn
    ? [`SQL is ahead: seq ${sql.kase.seq}, turn ${sql.kase.turn}; workflow: seq ${seq}, turn ${turn}`]
    : [];
}

/** Everything that must hold for a case once all is at rest. Shares no code with the engine. Empty: all holds. */
export async function checkCase(sides: Sides, caseId: string): Promise<readonly string[]> {
  const sql = await readSql(sides.pool, caseId);
  const temporal = await readTemporal(sides.client, caseId);
  const chain = await verifyChain(sides.pool, caseId);
  const chained = chain.ok ? [] : [`chain broken at ${chain.brokenAt}`];
  if (temporal === undefined || sql.kase === undefined) {
    const nowhere = temporal === undefined && sql.kase === undefined;
    const done = sql.journal.filter(({ status }) => status === 'done');
    return [
      ...(nowhere ? [] : [`only on one side: SQL ${sql.kase?.seq ?? 'nothing'}, Temporal ${temporal?.status ?? 'nothing'}`]),
      ...done.map(({ verb }) => `${verb} is done, and there is no case`),
      ...pendingOf(sql),
    ];
  }
  return [
    ...chained,
    ...pendingOf(sql),
    ...sameStanding(sql, temporal),
    ...gapless(sql),
    ...onceEach(sql),
    ...marked(sql),
    ...tasksAlike(sql, temporal),
    ...tasksClosedOnce(sql),
    ...factsAndRows(sql, temporal),
    ...historyAndLedger(sql, temporal),
    ...outsideOnce(
      sides.deeds().filter((deed) => deed.caseId === caseId),
      sql,
    ),
  ];
}

/** The kept counters are what a count gives. */
export async function checkCounters({ pool }: Sides): Promise<readonly string[]> {
  return (await recount(pool)).map(
    ({ pool: name, kept, counted }) => `counter ${name}: kept ${JSON.stringify(kept)}, counted ${JSON.stringify(counted)}`,
  );
}

const pendingOf = ({ journal }: SqlSide): readonly string[] =>
  journal.filter(({ status }) => status === 'pending').map(({ verb, sentCount }) => `${verb} is still pending, sent ${sentCount} times`);

function sameStanding({ kase, alarms }: SqlSide, { view, status, buildId }: TemporalSide): readonly string[] {
  if (kase === undefined) return [];
  const pairs = [
    ['seq', kase.seq, view.seq],
    ['turn', kase.turn, view.turn],
    ['digest', kase.digest, view.digest],
    ['status', kase.status, view.status],
    ['edition', kase.edition, view.edition],
    ['edition that serves it', kase.edition, buildId],
    ['workflow', kase.status === 'closed' ? 'COMPLETED' : 'RUNNING', status],
  ] as const;
  const alarmed = alarms.filter((kind) =>
    ['sql-ahead', 'edition-mismatch', 'projection-behind', 'workflow-missing', 'faulted', 'command-stuck'].includes(kind),
  );
  return [
    ...pairs.flatMap(([what, inSql, inWorkflow]) => (inSql === inWorkflow ? [] : [`${what}: SQL ${inSql}, workflow ${inWorkflow}`])),
    ...alarmed.map((kind) => `alarm ${kind} is on`),
  ];
}

function gapless({ ledger, kase }: SqlSide): readonly string[] {
  const wrong = ledger.findIndex(({ seq, row }, index) => seq !== index + 1 || row.seq !== seq);
  const ends = ledger.length === kase?.seq ? [] : [`ledger has ${ledger.length} rows, the case is at ${kase?.seq}`];
  return wrong < 0 ? ends : [`ledger has a gap at ${wrong + 1}`, ...ends];
}

/** What a command of a verb leaves in the ledger, each exactly once. */
const traces: Readonly<Record<string, (row: Row) => boolean>> = {
  begin: ({ type }) => type === 'begun',
  complete: ({ type }) => type === 'completed' || type === 'answered-part',
  return: ({ type }) => type === 'returned',
  amend: ({ type }) => type === 'amended',
  cancel: ({ type }) => type === 'cancelled',
  move: ({ type }) => type === 'moving',
};

function onceEach({ journal, ledger }: SqlSide): readonly string[] {
  return Object.entries(traces).flatMap(([verb, leaves]) => {
    const done = journal.filter((entry) => entry.verb === verb && entry.status === 'done').length;
    const found = ledger.filter(({ row }) => leaves(row)).length;
    return done === found ? [] : [`${verb}: ${done} done in the journal, ${found} in the ledger`];
  });
}

/** Each command of the matrix carries a mark of its own, which its row must carry too: in the ledger once if it is done, never if it is refused. */
function marked({ journal, ledger }: SqlSide): readonly string[] {
  return journal.flatMap((entry) => {
    const mark = markOf(entry);
    if (mark === undefined) return [];
    const found = ledger.filter(
      ({ row }) => row.type !== 'withdrawn' && JSON.stringify(row.body ?? {}).includes(mark) && traces[entry.verb]?.(row),
    ).length;
    return found === (entry.status === 'done' ? 1 : 0)
      ? []
      : [`${entry.verb} ${mark} is ${entry.status} (${entry.answer?.code ?? ''}) and ${found} times in the ledger`];
  });
}

function markOf({ body }: JournalEntry): string | undefined {
  return /"(m-[^"]+)"/.exec(JSON.stringify(body['data'] ?? body['patch'] ?? body['reason'] ?? ''))?.[1];
}

function tasksAlike({ tasks }: SqlSide, { view }: TemporalSide): readonly string[] {
  const text = (list: readonly { id: string; rev: number; state: string; shown: string; lines?: readonly string[] }[]): string =>
    list
      .map(({ id, rev, state, shown, lines }) => `${id} rev ${rev} ${state} ${shown.slice(0, 6)} ${lines?.join() ?? ''}`)
      .sort()
      .join('; ');
  const inSql = text(tasks.filter(({ state }) => state === 'open' || state === 'suspended'));
  const inWorkflow = text(view.tasks);
  return inSql === inWorkflow ? [] : [`open tasks: SQL [${inSql}], workflow [${inWorkflow}]`];
}

function tasksClosedOnce({ ledger }: SqlSide): readonly string[] {
  const closed = new Set<string>();
  const opened = new Set<string>();
  return ledger.flatMap(({ seq, row: { task, type } }) => {
    if (task === undefined) return [];
    if (closed.has(task.id)) return [`row ${seq}: ${type} of ${task.id}, which is closed`];
    if (task.state === 'completed' || task.state === 'withdrawn' || task.state === 'lapsed') closed.add(task.id);
    if (type !== 'opened' && type !== 'reopened') return [];
    if (opened.has(task.id)) return [`row ${seq}: ${task.id} opens twice`];
    opened.add(task.id);
    return [];
  });
}

/** The row each kind of fact leaves. Facts that a renewal folds away (superseded ones) are in the ledger only. */
const rowsOf: Readonly<Partial<Record<Fact['kind'], (fact: Fact, row: Row) => boolean>>> = {
  answered: (fact, row) =>
    (row.type === 'completed' || row.type === 'answered-part') && fact.kind === 'answered' && row.task?.id === fact.task,
  struck: (_fact, row) => row.type === 'returned',
  voided: (_fact, row) => row.type === 'voided',
  amended: (_fact, row) => row.type === 'amended',
  cancelled: (_fact, row) => row.type === 'cancelled',
  done: (fact, row) =>
    row.type === 'effect' &&
    row.effect?.state === 'done' &&
    fact.kind === 'done' &&
    row.effect.key === fact.key &&
    row.effect.input === fact.input,
  undone: (_fact, row) => row.type === 'effect' && row.effect?.state === 'undone',
  told: (fact, row) => row.type === 'told' && fact.kind === 'told' && row.notice?.key === fact.key,
  lapsed: (fact, row) => row.type === 'lapsed' && fact.kind === 'lapsed' && row.task?.id === fact.task,
};

/** Each fact the workflow still has is one row of its own in the ledger; the last answer on each key is always still there. */
function factsAndRows({ ledger }: SqlSide, { view }: TemporalSide): readonly string[] {
  const facts = view.snapshot?.facts ?? [];
  const free = new Set(ledger.map(({ row }) => row));
  const found: string[] = [];
  let last = 0;
  for (const fact of facts) {
    if (fact.n <= last) found.push(`fact ${fact.n} after ${last}`);
    last = fact.n;
    const leaves = rowsOf[fact.kind];
    if (leaves === undefined) continue;
    const row = [...free].find(
      (candidate) => candidate.at === fact.at && (candidate.by ?? 'engine') === fact.by && leaves(fact, candidate),
    );
    if (row === undefined) found.push(`fact ${fact.n} (${fact.kind} by ${fact.by}) has no row`);
    else free.delete(row);
  }
  const lastAnswers = new Map(
    ledger.flatMap(({ row }) => (row.type === 'completed' && row.task?.lines === undefined ? [[row.task?.key ?? '', row] as const] : [])),
  );
  for (const [key, row] of lastAnswers)
    if (!facts.some((fact) => fact.kind === 'answered' && fact.key === key && fact.at === row.at))
      found.push(`row ${row.seq}: the answer of ${key} is no fact`);
  return found;
}

/** What Temporal's histories hold durably: the updates taken are the commands done, and each row in them is the ledger's own. */
function historyAndLedger({ journal, ledger }: SqlSide, { runs, start }: TemporalSide): readonly string[] {
  const updates = new Set(runs.flatMap((run) => [...run.taken.keys()]));
  // A case whose start was durable has begun, also where the update that came with it was lost.
  const began = ({ verb, body }: JournalEntry): boolean =>
    verb === 'begin' && body['by'] === start?.by && JSON.stringify(body['subject']) === JSON.stringify(start?.subject);
  const wrong = journal.filter((entry) => (entry.status === 'done' ? !updates.has(entry.id) && !began(entry) : updates.has(entry.id)));
  const lost = wrong.map(
    ({ verb, status, id, answer }) =>
      `${verb} is ${status} (${answer?.code ?? ''}), in Temporal's history it is ${updates.has(id) ? 'taken' : 'not taken'}`,
  );
  const kept = new Map(ledger.map(({ seq, row }) => [seq, plain(row)]));
  const rows = runs.flatMap((run) => [...[...run.taken.values()].flat(), ...run.recorded]);
  const other = rows
    .filter((row) => kept.get(row.seq) !== plain(row))
    .map((row) => `row ${row.seq} is ${row.type} in Temporal's history, in the ledger ${kept.get(row.seq)?.slice(0, 80)}`);
  const failures = runs.flatMap((run) => run.failures).filter((cause) => !/UNHANDLED_COMMAND|RESET_STICKY|FORCE_CLOSE/.test(cause));
  return [...lost, ...new Set(other), ...failures.map((cause) => `a workflow task failed: ${cause}`)];
}

/** A row as text without the contents it brought, whatever the order of its members. */
function plain({ contents: _contents, ...row }: Row): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => [name, sorted(member)]),
    );
  };
  return JSON.stringify(sorted(row));
}

/** No wish was carried out twice; what the ledger says of effects the outside system has seen; of a cancelled case nothing is left there. */
function outsideOnce(deeds: readonly Deed[], { ledger, effects, kase }: SqlSide): readonly string[] {
  const keys = deeds.map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `outside twice: ${key}`);
  const done = ledger.filter(({ row }) => row.effect?.state === 'done').length;
  const seen = deeds.filter(({ what }) => what !== 'undo').length;
  const unseen = done > seen ? [`${done} effects are done in the ledger, ${seen} outside`] : [];
  const cancelled = kase?.status === 'closed' && ledger.some(({ row }) => row.type === 'cancelled');
  const left = cancelled && deeds.length > 0 && deeds.at(-1)?.what !== 'undo' ? [`cancelled, but ${deeds.at(-1)?.key} stands outside`] : [];
  const flying = effects.filter(({ state }) => state === 'flying').map(({ key }) => `effect ${key} still flies`);
  return [...twice, ...unseen, ...left, ...flying];
}
