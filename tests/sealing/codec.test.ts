import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createSealer, nothingPlain, plainHash, type Unopened, UnsealedError } from '../../sealing/codec.js';
import { Keyring, keysIn, newKey } from '../../sealing/keys.js';
import { testKey } from '../support/sealing.js';

const [first, second, third] = [testKey('first'), testKey('second'), testKey('third')];
const clientOf = (...keys: readonly Buffer[]) => createSealer(new Keyring(keys)).clientCodec({ plainBefore: nothingPlain });
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload;
const valueOf = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload as Payload);
const order: SerializationContext = { type: 'workflow', namespace: 'default', workflowId: 'hehe:order-intake:HH-1' };
const activity = (activityId: string, workflowId = order.workflowId): SerializationContext => ({
  type: 'activity',
  namespace: 'default',
  workflowId,
  activityId,
  isLocal: false,
});
const refused = async (what: Promise<unknown>): Promise<Unopened | 'opened'> =>
  what.then(
    () => 'opened',
    (cause: unknown) =>
      cause instanceof UnsealedError ? cause.why : Promise.reject(cause instanceof Error ? cause : new Error(String(cause))),
  );

describe('what was sealed', () => {
  const codec = clientOf(first);
  const said = [{ by: '陈丽', priceMinor: 385 }, 'x'.repeat(100_000), null, 0, ''];

  it('when it is opened where it belongs, then it is what it was, and says nothing before', async () => {
    const sealed = await codec.encode(said.map(payloadOf), order);
    for (const { metadata, data } of sealed) {
      expect(Object.keys(metadata ?? {}).sort()).toEqual(['encoding', 'key']);
      expect(Buffer.from(data ?? []).includes('385')).toBe(false);
    }
    expect((await codec.decode(sealed, order)).map(valueOf)).toEqual(said);
  });

  it('when the same is sealed twice, then nobody can tell', async () => {
    const [[one], [other]] = [await codec.encode([payloadOf('same')], order), await codec.encode([payloadOf('same')], order)];
    expect(Buffer.from(one?.data ?? []).equals(Buffer.from(other?.data ?? []))).toBe(false);
  });

  it.each<[string, SerializationContext | undefined]>([
    ['of another case', { ...order, workflowId: 'hehe:order-intake:HH-2' }],
    ['of another namespace', { ...order, namespace: 'other' }],
    ['of an activity of its case', activity('1')],
    ['of no case', undefined],
  ])('when it is opened as something %s, then it is refused', async (_what, place) => {
    expect(await refused(codec.decode(await codec.encode([payloadOf('x')], order), place))).toBe('not-authentic');
  });

  it('when the result of one activity is given as that of another, then it is refused', async () => {
    const sealed = await codec.encode([payloadOf('credit is good')], activity('1'));
    expect((await codec.decode(sealed, activity('1'))).map(valueOf)).toEqual(['credit is good']);
    expect(await refused(codec.decode(sealed, activity('2')))).toBe('not-authentic');
  });

  it('when the parts of messages are taken apart, put in another order or mixed, then they are refused', async () => {
    const [a, b] = await codec.encode([payloadOf('a'), payloadOf('b')], order);
    const [c, d] = await codec.encode([payloadOf('c'), payloadOf('d')], order);
    for (const parts of [[a], [b], [b, a], [a, d], [c, b], [a, b, b]])
      expect(await refused(codec.decode(parts as Payload[], order))).toBe('not-authentic');
  });

  it('when a bit of it is changed, or it is cut, then it is refused', async () => {
    const [sealed] = await codec.encode([payloadOf({ verb: 'hold' })], order);
    const data = Buffer.from(sealed?.data ?? []);
    for (let at = 0; at < data.length; at++) {
      const changed = Buffer.from(data);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(await refused(codec.decode([{ ...sealed, data: changed }], order)), `byte ${at}`).toBe('not-authentic');
      expect(await refused(codec.decode([{ ...sealed, data: data.subarray(0, at) }], order)), `cut at ${at}`).toBe('not-authentic');
    }
  });
});

describe('keys', () => {
  it('when a new key seals, then what the old one sealed still opens, and the new one opens with the new alone', async () => {
    const old = await clientOf(first).encode([payloadOf('old')], order);
    const rotated = clientOf(second, first);
    expect((await rotated.decode(old, order)).map(valueOf)).toEqual(['old']);
    const young = await rotated.encode([payloadOf('young')], order);
    expect(await refused(clientOf(first).decode(young, order))).toBe('key-unknown');
    expect((await clientOf(third, second).decode(young, order)).map(valueOf)).toEqual(['young']);
  });

  it('when a key of the wrong installation is there, then nothing opens', async () => {
    expect(await refused(clientOf(second).decode(await clientOf(first).encode([payloadOf('x')], order), order))).toBe('key-unknown');
  });

  it('when one key calls itself another, then nothing opens', async () => {
    const [sealed] = await clientOf(second).encode([payloadOf('x')], order);
    const { seals } = new Keyring([first]);
    const claimed = { ...sealed, metadata: { ...sealed?.metadata, key: Buffer.from(seals.id) } };
    expect(await refused(clientOf(first).decode([claimed], order))).toBe('not-authentic');
  });

  it.each(['', ' ', 'short', `${newKey()},short`, newKey().slice(1), `${newKey()}x`, '"', newKey().replace(/./, '!')])(
    'when %j is given as keys, then it is none',
    (text) => expect(keysIn(text)).toBeUndefined(),
  );

  it('when keys are read, then in order, by comma or by line', () => {
    const [a, b] = [newKey(), newKey()];
    expect(keysIn(`${a},${b}`)?.map((key) => key.toString('base64url'))).toEqual([a, b]);
    expect(keysIn(`${a}\n${b}\n`)?.map((key) => key.toString('base64url'))).toEqual([a, b]);
    expect(keysIn(first.toString('base64'))).toEqual([first]);
  });
});

describe('what was never sealed', () => {
  const command = payloadOf({ verb: 'hold' });
  const plainBefore = {
    find: (caseId: string, hash: string) =>
      Promise.resolve(caseId === order.workflowId && hash === plainHash(command) ? ['update-1'] : undefined),
  };
  const sealer = createSealer(new Keyring([first]));

  it('when it is of before, then it is opened, with the updates that it was the input of', async () => {
    expect((await sealer.clientCodec({ plainBefore }).decode([command], order)).map(valueOf)).toEqual([
      { verb: 'hold' },
      { 'gendan:for': ['update-1'] },
    ]);
  });

  it('when it is of before in another case, or differs, then a client is told so', async () => {
    const codec = sealer.clientCodec({ plainBefore });
    expect(await refused(codec.decode([command], { ...order, workflowId: 'another' }))).toBe('plain');
    expect(await refused(codec.decode([payloadOf({ verb: 'resume' })], order))).toBe('plain');
  });

  it('when a worker finds it, then what comes of it is a mark and nothing of what it said, and somebody is told', async () => {
    const told: unknown[] = [];
    const codec = sealer.workerCodec({ plainBefore, onRefused: (...what) => told.push(what) });
    const opened = await codec.decode([payloadOf({ verb: 'resume' })], order);
    expect(opened.map(valueOf)).toEqual([{ 'gendan:unsealed': true }]);
    expect(told).toEqual([[order.workflowId, 'plain']]);
  });
});
