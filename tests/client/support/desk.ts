import { randomUUID } from 'node:crypto';
import type { Answer, Body } from '../../support/plant.js';
import { anOrder, type TestApi } from './api.js';

export interface Desk {
  /** One request as a person. */
  ask(person: string, method: string, path: string, body?: object, key?: string): Promise<Answer>;
  /** A command of a person on a task in its first revision. */
  act(person: string, task: string, verb: string, more?: object, key?: string): Promise<Answer>;
  /** A case whose initial review waits for a merchandiser: the id of that task. */
  review(): Promise<string>;
  /** Where a task is. */
  path(task: string): string;
  /** What was said beside the case of a task, in sentences. */
  timeline(task: string): Promise<readonly string[]>;
  /** What a person was told of a task, in sentences. */
  notices(person: string, task: string): Promise<readonly string[]>;
}

/** People at work over HTTP on a test api. */
export function deskOf(api: () => TestApi): Desk {
  let number = 0;
  const path = (task: string): string => `/tasks/${encodeURIComponent(task)}`;
  const ask: Desk['ask'] = async (person, method, where, body, key = randomUUID()) => {
    const headers = { ...(await api().as(person)), 'content-type': 'application/json', 'idempotency-key': key, 'accept-language': 'en' };
    const answer = await api().app.request(`/api/v1${where}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  };
  return {
    ask,
    path,
    act: (person, task, verb, more = {}, key) => ask(person, 'POST', `${path(task)}/commands`, { verb, rev: 1, ...more }, key),
    async review() {
      const id = await api().seed(`B-${++number}`, anOrder({ customerPo: `PO-B-${number}` }));
      return `${id}/review/1/initial-review#1`;
    },
    async timeline(task) {
      const { body } = await ask('chen-li', 'GET', `/cases/${encodeURIComponent(task.split('/')[0]!)}`);
      return [...body['timeline']!].filter(({ note }) => note !== undefined).map(({ sentence }) => String(sentence));
    },
    async notices(person, task) {
      const { body } = await ask(person, 'GET', '/notices?limit=200');
      return [...body['items']!].filter(({ taskId }) => String(taskId) === task).map(({ sentence }) => String(sentence));
    },
  };
}
