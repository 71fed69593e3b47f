import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../domain/json.js';
import { exampleOrder, intake, type Said } from './hehe-order.js';
import type { Answer, HttpClient } from './http-client.js';
import { kilobyte, steps } from './leg.js';
import type { Tokens } from './people.js';

/** A task as the driver reads it. */
export interface Task {
  readonly id: string;
  readonly step: string;
  readonly rev: number;
}
export interface Decided {
  readonly caseId: string;
  readonly openTasks: readonly Task[];
  /** Something is under way outside; further tasks may follow. */
  readonly pending: boolean;
  readonly status: string;
}

/** One command over HTTP, with whatever the caller wants to know about it. */
export type Around = (what: string, command: () => Promise<Answer<Decided>>) => Promise<Answer<Decided>>;

/** An order and who answers what. */
export interface Plan {
  readonly company: string;
  readonly procedure: string;
  readonly subject: JsonObject;
  readonly starter: string;
  readonly answers: readonly { readonly step: string; readonly role: string; readonly data: Said }[];
}

const three = (procedure: string): Plan => ({
  company: 'tests',
  procedure,
  subject: { note: kilobyte },
  starter: 'desk',
  answers: steps.map((step) => ({ step, role: step, data: { outcome: 'done', note: kilobyte } })),
});

/** The benchmark's order: three tasks, the reply kept (`three-tasks`) or sent by an effect (`sent-reply`). */
export const threeTasks: Plan = three('three-tasks');
export const sentReply: Plan = three('sent-reply');

/** An example order of Hehe through the whole intake. */
export function heheIntake(example: string): Plan {
  const subject = exampleOrder(example);
  return { company: 'hehe', procedure: 'order-intake', subject, starter: 'merchandiser', answers: intake(subject) };
}

/** Takes an order from start to reply, one command after another. Resolves to its case id. */
export async function takeOrder(
  http: HttpClient,
  tokens: Tokens,
  plan: Plan,
  number: string,
  around: Around = (_, command) => command(),
): Promise<string> {
  const post = (path: string, role: string, key: string, body: Json): Promise<Answer<Decided>> =>
    http.post<Decided>(path, tokens[role] ?? '', key, body);
  const { company, procedure, subject } = plan;
  const started = await around('start', () =>
    post('/api/v1/cases', plan.starter, `start-${number}`, { company, procedure, number, subject }),
  );
  if (started.status !== 201) throw new Error(`start: ${started.status} ${JSON.stringify(started.body)}`);
  const { caseId } = started.body;
  let stands: Decided = started.body;
  for (const { step, role, data } of plan.answers) {
    const token = tokens[role] ?? '';
    const task = await openTask(http, token, stands, step);
    const path = `/api/v1/tasks/${encodeURIComponent(task.id)}`;
    const said = typeof data === 'function' ? data(await findingsOf(http, token, path)) : data;
    const answer = await around(step, () =>
      post(`${path}/commands`, role, `${number}-${step}`, { verb: 'complete', rev: task.rev, data: said }),
    );
    if (answer.status !== 200) throw new Error(`${step}: ${answer.status} ${JSON.stringify(answer.body)}`);
    stands = { ...answer.body, caseId };
  }
  return caseId;
}

/** The open task of a step: at once, or when what is under way outside has ended. */
async function openTask(http: HttpClient, token: string, decided: Decided, step: string): Promise<Task> {
  let stands = decided;
  for (const end = Date.now() + 15_000; ; await sleep(20)) {
    const task = stands.openTasks.find((open) => open.step === step);
    if (task !== undefined) return task;
    if (!stands.pending || Date.now() > end)
      throw new Error(`${step} is not open; open: ${stands.openTasks.map((open) => open.step).join(', ')}`);
    stands = await seen<Decided>(http, token, `/api/v1/cases/${encodeURIComponent(decided.caseId)}`);
  }
}

/** Ids of what the books found, as a task's page shows it. */
async function findingsOf(http: HttpClient, token: string, path: string): Promise<readonly string[]> {
  const { findings = [] } = await seen<{ readonly findings?: readonly { readonly id: string }[] }>(http, token, path);
  return findings.map(({ id }) => id);
}

async function seen<Body>(http: HttpClient, token: string, path: string): Promise<Body> {
  const { status, body } = await http.get<Body>(path, token);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}
