import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../domain/case/json.js';
import { exampleOrder, intake } from './hehe-order.js';
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
  readonly answers: readonly { readonly step: string; readonly role: string; readonly data: JsonObject }[];
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
  let { openTasks } = started.body;
  const now = async (): Promise<readonly Task[]> =>
    (await http.get<Decided>(`/api/v1/cases/${encodeURIComponent(started.body.caseId)}`, tokens[plan.starter] ?? '')).body.openTasks;
  for (const { step, role, data } of plan.answers) {
    // What waits for an outside system opens a little later than the answer that asked for it.
    for (let look = 0; look < 100 && openTasks.every((open) => open.step !== step); look++) {
      await sleep(20);
      openTasks = await now();
    }
    const task = openTasks.find((open) => open.step === step);
    if (task === undefined) throw new Error(`${step} is not open; open: ${openTasks.map((open) => open.step).join(', ')}`);
    const path = `/api/v1/tasks/${encodeURIComponent(task.id)}/commands`;
    const answer = await around(step, () => post(path, role, `${number}-${step}`, { verb: 'complete', rev: task.rev, data }));
    if (answer.status !== 200) throw new Error(`${step}: ${answer.status} ${JSON.stringify(answer.body)}`);
    openTasks = answer.body.openTasks;
  }
  return started.body.caseId;
}
