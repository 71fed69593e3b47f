import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HubEvent } from '../../../client/api/http/event-hub.js';
import { revokeToken } from '../../../db/authentication.js';
import { type TestApi, testApi } from '../support/api.js';

/** M3: what a stream knows of its reader is never older than some seconds, however much it has to tell. */
let api: TestApi;
const listeners = new Set<(event: HubEvent) => void>();
beforeAll(async () => {
  api = await testApi(
    {},
    { subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)), stop: async () => undefined },
  );
});
afterAll(() => api.close());

const tell = (): void => {
  for (const listener of listeners)
    listener({ kind: 'case', event: { caseId: 'hehe:order-intake:1', company: 'hehe', turn: 1, kinds: [] } });
};
const openStream = async (person: string) => api.app.request('/api/v1/events', { headers: await api.as(person) });

/** Reads a stream while the company is busy, for so long or until it ends. */
async function readBusy(answer: Response, ms: number): Promise<{ readonly text: string; readonly ended: boolean }> {
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const busy = setInterval(tell, 100);
  let text = '';
  try {
    for (const end = Date.now() + ms; Date.now() < end; ) {
      const next = await Promise.race([reader.read(), sleep(end - Date.now()).then(() => undefined)]);
      if (next === undefined) return { text, ended: false };
      if (next.done) return { text, ended: true };
      text += Buffer.from(next.value).toString();
    }
    return { text, ended: false };
  } finally {
    clearInterval(busy);
    await reader.cancel();
  }
}

it('when its token is revoked, then a busy stream ends within seconds', async () => {
  const answer = await openStream('li-mei');
  await revokeToken(api.pool, (await api.as('li-mei'))['authorization']?.split('_')[1] ?? '');
  const { ended } = await readBusy(answer, 12_000);
  expect(ended).toBe(true);
});

it('when its reader leaves the company, then a busy stream tells no more of it', async () => {
  const answer = await openStream('sun-yan');
  await api.pool.query("delete from membership where person_id = 'sun-yan'");
  const { text } = await readBusy(answer, 8_000);
  const after = await readBusy(await openStream('sun-yan'), 1_000);
  expect(text).toContain('event: case');
  expect(after.text).not.toContain('event: case');
  expect(text.match(/event: case/g)?.length ?? 0).toBeLessThan(70);
});

it('when one token opens streams without end, then the ninth is refused, and there is place again when one is closed', async () => {
  const headers = await api.as('chen-li');
  const openOne = async () => api.app.request('/api/v1/events', { headers });
  const streams = await Promise.all(Array.from({ length: 8 }, () => openOne()));
  expect(streams.map(({ status }) => status)).toEqual(Array(8).fill(200));
  const ninth = await openOne();
  expect([ninth.status, ((await ninth.json()) as { code: string }).code]).toEqual([429, 'STREAMS_TOO_MANY']);
  for (const stream of streams) await stream.body?.cancel();
  for (const end = Date.now() + 25_000; Date.now() < end; await sleep(200)) {
    tell();
    const again = await openOne();
    await again.body?.cancel();
    if (again.status === 200) return;
  }
  throw new Error('no place again');
});
