import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createOutside } from '../../activities/activities.js';
import { type EffectRequest } from '../../domain/engine/activities.js';
import type { Json } from '../../domain/json.js';
import { type EffectPort, PermanentFailure } from '../../ports/outside.js';

/** A system that keeps what it was told under each key, and says in which order. */
function system(kept: Record<string, Json> = {}) {
  const told: string[] = [];
  const port: EffectPort = {
    find: ({ idempotencyKey }) => Promise.resolve(kept[idempotencyKey]),
    do: (input) => Promise.resolve(told.push(`do ${JSON.stringify(input)}`)),
    revise: (standing, input) => Promise.resolve(told.push(`revise ${JSON.stringify(standing.input)} to ${JSON.stringify(input)}`)),
    undo: (standing) => Promise.resolve(void told.push(`undo ${JSON.stringify(standing.input)}`)),
  };
  return { told, port };
}
const request = (more: Partial<EffectRequest> = {}): EffectRequest => ({
  caseId: 'tests:posting:1',
  key: 'post',
  effect: 'post',
  action: 'do',
  input: 2,
  idempotencyKey: 'second',
  uncertain: [],
  ...more,
});
const run = (port: EffectPort, asked: EffectRequest) =>
  new MockActivityEnvironment().run(createOutside({ effects: { post: port }, readings: {} }).effect, asked);

describe('an effect', () => {
  it('when it was carried out under its own key, then it is not done again', async () => {
    const { port, told } = system({ second: 'here' });
    expect(await run(port, request())).toEqual({ ok: true, result: 'here' });
    expect(told).toEqual([]);
  });
  it('when an attempt of unknown outcome was carried out after all, then that is revised', async () => {
    const { port, told } = system({ first: 'there' });
    await run(port, request({ uncertain: [{ idempotencyKey: 'first', input: 1, action: 'do' }] }));
    expect(told).toEqual(['revise 1 to 2']);
  });
  it('when an undoing of unknown outcome was carried out, then nothing stands and it is done anew', async () => {
    const { port, told } = system({ gone: null });
    await run(port, request({ done: { input: 1, result: 'old' }, uncertain: [{ idempotencyKey: 'gone', input: 1, action: 'undo' }] }));
    expect(told).toEqual(['do 2']);
  });
  it('when nothing stands, then undoing it does nothing', async () => {
    const { port, told } = system();
    expect(await run(port, request({ action: 'undo' }))).toEqual({ ok: true, result: null });
    expect(told).toEqual([]);
  });
  it('when the system says no for good, then that is an answer, not an error', async () => {
    const { port } = system();
    const refusing: EffectPort = { ...port, do: () => Promise.reject(new PermanentFailure('PERIOD_CLOSED', 'October is closed')) };
    expect(await run(refusing, request())).toMatchObject({ ok: false, code: 'PERIOD_CLOSED', detail: 'October is closed' });
  });
  it('when nobody knows the system, then that is an answer for a person', async () => {
    const { port } = system();
    expect(await run(port, request({ effect: 'unheard-of' }))).toMatchObject({ ok: false, code: 'EFFECT_UNKNOWN' });
  });
  it('when it is called off, then the call ends at once, however slow the system', async () => {
    const { port } = system();
    const environment = new MockActivityEnvironment();
    const slow: EffectPort = { ...port, do: () => new Promise(() => undefined) };
    const flight = environment.run(createOutside({ effects: { post: slow }, readings: {} }).effect, request());
    environment.cancel();
    await expect(flight).rejects.toThrow('CANCELLED');
  });
});
