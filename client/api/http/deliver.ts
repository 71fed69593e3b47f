import { setTimeout as sleep } from 'node:timers/promises';
import { currentCase } from '../../../db/cases.js';
import { journalled } from '../../../db/journal.js';
import { namesOf } from '../../../db/people.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { Command } from '../../../domain/engine/command.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import type { Delivered, Dispatch, Refused } from '../../dispatch/contract.js';
import type { ApiContext } from './context.js';
import { commandIdFor } from './idempotency.js';
import { Problem, refused } from './problem.js';
import type { Names } from './words.js';

/** A command as it was asked for, before it is known whether it may be done. */
export interface CommandRequest {
  readonly caseId: string;
  readonly actor: string;
  readonly key: string;
  /** What was asked, as it came in: the same key with anything else is KEY_REUSED. */
  readonly asked: Json;
  readonly names: Names;
}

/**
 * Checks a command and takes it to its case. A check may fail only because the command itself was already carried out (the task is closed,
 * the turn is another): a command that the journal knows is therefore answered from there, however the checks go.
 * @throws Problem why it was refused
 */
export async function deliver(api: ApiContext, wanted: CommandRequest, check: () => Command | Promise<Command>): Promise<Delivered> {
  const id = commandIdFor(wanted.actor, wanted.key);
  let command: Command;
  try {
    command = await check();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const known = await journalled<Command>(api.db, id);
    if (known === undefined) throw error;
    command = known;
  }
  const dispatch: Dispatch<Command> = { id, actor: wanted.actor, key: wanted.key, bodyHash: hashOf(wanted.asked), body: command };
  return deliveredOrRefused(api, await api.dispatcher.command(wanted.caseId, dispatch), wanted.names);
}

/** What the dispatcher brought back, or its refusal as a problem with names for the people in it. */
export async function deliveredOrRefused(api: ApiContext, outcome: Delivered | Refused, names: Names): Promise<Delivered> {
  if (outcome.kind === 'done') return outcome;
  throw refused(outcome.code, outcome.values, await withPeople(api, names, outcome.values));
}

/** Names for a sentence, with those of the people that its values speak of. */
export async function withPeople(api: ApiContext, names: Names, values: JsonObject): Promise<Names> {
  return { ...names, people: await namesIn(api, values) };
}

/** Names for the people that values speak of. */
export async function namesIn(api: ApiContext, values: JsonObject): Promise<ReadonlyMap<string, string>> {
  const named = ['by', 'person', 'actingFor', 'people'].flatMap((name) => values[name] ?? []);
  return namesOf(
    api.db,
    [...new Set(named)].filter((one): one is string => typeof one === 'string' && one !== 'engine'),
  );
}

/** How long a caller waits for what is looked up outside before the next task can open, and how often it is looked for. */
const patience = { ms: 2_000, everyMs: 40 };

/**
 * Where the case stands once somebody can go on: right after a start, a change or a return the books may have to be asked before a task opens.
 * Answers after two seconds in any case, and then says that something is under way.
 */
export async function onceTasksOpen(api: ApiContext, delivered: Delivered): Promise<Delivered> {
  let now = delivered;
  for (const end = Date.now() + patience.ms; waits(now) && Date.now() < end; ) {
    await sleep(patience.everyMs);
    const seen = await currentCase(api.db, delivered.caseId);
    if (seen !== undefined && seen.turn >= now.turn) now = { ...now, ...seen };
  }
  return now;
}

const waits = ({ openTasks, flying, status }: Delivered): boolean => openTasks.length === 0 && flying > 0 && status === 'open';
