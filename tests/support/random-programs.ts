import * as fc from 'fast-check';
import type { Field, Part, Program, Signing } from './programs.js';

const field = fc.constantFrom<Field>('x', 'x', 'y', 'none');
/** Most steps have no deadline. */
const stepKind = fc.constantFrom('step', 'step', 'step', 'due', 'hasty');
const effectKind = fc.constantFrom('post', 'post', 'reserve', 'mail');

/** Leaves and branches without names; `named` gives each its own. */
const { program } = fc.letrec<{ part: Part; program: Program }>((tie) => {
  const ask = fc.record({ is: fc.constant('ask' as const), step: stepKind, shows: field, prior: fc.boolean() });
  const each = fc.record({ is: fc.constant('each' as const), step: fc.constant('each') });
  const sign = fc.record({
    is: fc.constant('sign' as const),
    step: fc.constant('sign'),
    mode: fc.constantFrom<Signing>('any', 'all', 'sequence', 'quorum'),
  });
  const call = fc.record({ is: fc.constant('call' as const), effect: effectKind, input: field, prior: fc.boolean() });
  const look = fc.record({ is: fc.constant('look' as const), reading: fc.constant('stock'), input: field });
  const wait = fc.record({ is: fc.constant('wait' as const), event: fc.constant('event') });
  const branches = fc.array(tie('program') as fc.Arbitrary<Program>, { minLength: 2, maxLength: 3 });
  const all = fc.record({ is: fc.constant('all' as const), branches });
  const first = fc.record({ is: fc.constant('first' as const), name: fc.constant('race'), branches });
  const loop = fc
    .record({ is: fc.constant('loop' as const), name: fc.constant('loop'), body: tie('program') as fc.Arbitrary<Program>, last: ask })
    .map(({ last, body, ...rest }) => ({ ...rest, body: [...body.slice(0, 2), last] }));
  return {
    part: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'part' },
      { arbitrary: ask, weight: 6 },
      { arbitrary: each, weight: 1 },
      { arbitrary: sign, weight: 2 },
      { arbitrary: call, weight: 2 },
      { arbitrary: look, weight: 1 },
      { arbitrary: wait, weight: 1 },
      { arbitrary: all, weight: 1 },
      { arbitrary: first, weight: 2 },
      { arbitrary: loop, weight: 2 },
    ) as fc.Arbitrary<Part>,
    program: fc.array(tie('part') as fc.Arbitrary<Part>, { minLength: 1, maxLength: 3, depthIdentifier: 'part' }),
  };
});

/** Gives every part of a program a name of its own. */
function named(parts: Program, count: { n: number } = { n: 0 }): Program {
  const name = (kind: string): string => `${kind}-${++count.n}`;
  return parts.map((part): Part => {
    switch (part.is) {
      case 'ask':
      case 'each':
      case 'sign':
        return { ...part, step: name(part.step) };
      case 'call':
        return { ...part, effect: name(part.effect) };
      case 'look':
        return { ...part, reading: name(part.reading) };
      case 'wait':
        return { ...part, event: name(part.event) };
      case 'all':
        return { ...part, branches: part.branches.map((body) => named(body, count)) };
      case 'first':
        return { ...part, name: name(part.name), branches: part.branches.map((body) => named(body, count)) };
      case 'loop':
      case 'meanwhile':
        return { ...part, name: name(part.is), body: named(part.body, count) };
    }
  });
}

const ask = (shows: Field, step = 'step', prior = false): Part => ({ is: 'ask', step, shows, prior });
const call = (effect: string, prior = false): Part => ({ is: 'call', effect, input: 'x', prior });
const sign = (mode: Signing): Part => ({ is: 'sign', step: 'sign', mode });
const loop = (...body: Program): Part => ({ is: 'loop', name: 'loop', body });
const first = (...branches: readonly Program[]): Part => ({ is: 'first', name: 'race', branches });

/** Small procedures about one thing each, tried more often than chance would. */
const shapes: readonly Program[] = [
  [loop(ask('x'), ask('none'), ask('none')), ask('none')],
  [loop({ is: 'all', branches: [[ask('x')], [ask('y')]] }, ask('none'))],
  [loop({ is: 'each', step: 'each' }, ask('none'))],
  [loop(ask('x'), { is: 'wait', event: 'event' }, ask('none'))],
  [first([ask('x')], [ask('none')]), ask('none')],
  [loop(ask('x'), first([ask('none')], [ask('y')]), ask('none'))],
  [ask('x'), call('post'), ask('none')],
  [ask('none', 'hasty'), call('reserve'), { is: 'look', reading: 'stock', input: 'y' }, ask('none', 'due')],
  [ask('y'), call('mail', true), ask('none', 'due')],
  [ask('x'), ask('none', 'due'), ask('none')],
  [ask('none', 'due'), ask('none', 'due'), { is: 'all', branches: [[ask('x', 'due')], [ask('y', 'hasty')]] }],
  [ask('none'), sign('all'), ask('none')],
  [{ is: 'wait', event: 'event' }, ask('x'), ask('none')],
  [sign('quorum'), ask('none')],
  [loop(ask('none'), sign('sequence')), ask('none')],
  [{ is: 'all', branches: [[sign('any')], [sign('all')]] }, ask('none')],
];

const random = fc
  .record({ duty: fc.option(program, { freq: 5 }), main: program, more: program })
  .map(
    ({ duty, main, more }): Program => [
      ...(duty === null ? [] : [{ is: 'meanwhile' as const, name: 'duty', body: duty }]),
      ...main,
      ...more,
    ],
  );

/** Small procedures of every shape: up to six parts, some with a standing duty beside them. */
export const programs: fc.Arbitrary<Program> = fc
  .oneof({ arbitrary: random, weight: 3 }, { arbitrary: fc.constantFrom(...shapes), weight: 2 })
  .map((parts) => named(parts));

/** Numbers that choose among what may happen. */
export const choices: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 9_999 }), { minLength: 1, maxLength: 40 });
