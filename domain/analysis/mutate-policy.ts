import { canon } from '../canonical-json.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { CompanyBook, Field, ProcedurePolicy, StepPolicy } from '../policy/policy.js';

/** One thing taken out of the policies of a company. */
export interface PolicyMutation {
  /** Its name, which stays the same while its matter does: `return.steps.receive.due`. */
  readonly name: string;
  readonly procedures: readonly string[];
  readonly clauses: readonly string[];
  change(book: CompanyBook): CompanyBook;
}

type Path = readonly (string | number)[];
/** A place in a procedure's policy, and what stands there instead; nothing: it is taken out. */
interface Found {
  readonly procedure: string;
  readonly name: string;
  readonly clauses: readonly string[];
  readonly path: Path;
  readonly to?: Json;
  /** What is the same for all that share it: a library's field, a company's due time. */
  readonly shared?: string;
}

/** How often a due time must stand in a company to be its usual one. */
const usual = 5;

/**
 * Every mutation of a company's policies: each due time, role, seat, bound of a form, "no", segregation, escalation, return, right and deadline
 * taken out, one at a time. What comes from the company or the library, by standing in the same words in several places, is taken out of all of
 * them at once.
 */
export function policyMutations(book: CompanyBook): readonly PolicyMutation[] {
  const groups = new Map<string, Found[]>();
  for (const found of allIn(book)) {
    const key = found.shared ?? `${found.procedure}.${found.name}`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  const named = new Map<string, number>();
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const common = first.shared !== undefined && group.length >= (key.startsWith('due ') ? usual : 2);
    if (!common) return group.map((one) => together(`${one.procedure}.${one.name}`, [one]));
    const name = `company: ${key.split('\n')[0]}`;
    const nth = (named.get(name) ?? 0) + 1;
    named.set(name, nth);
    return [together(nth === 1 ? name : `${name} (${nth})`, group)];
  });
}

/** The same, each in its own place, even where it comes from the company or the library. */
export function changesOf(book: CompanyBook): readonly PolicyMutation[] {
  return allIn(book).map((found) => together(`${found.procedure}.${found.name}`, [found]));
}

const allIn = ({ procedures }: CompanyBook): readonly Found[] =>
  Object.values(procedures).flatMap((policy) => [...rightsIn(policy), ...stepsIn(policy), ...partsIn(policy), ...valuesIn(policy)]);

/** Another figure or reading than the policy has. */
function valuesIn({ procedure, clauses, values }: ProcedurePolicy): readonly Found[] {
  return Object.entries(values).map(([name, value]) => ({
    procedure,
    clauses,
    name: `values.${name}`,
    path: ['values', name],
    to: typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : 'another',
  }));
}

function together(name: string, group: readonly Found[]): PolicyMutation {
  return {
    name,
    procedures: [...new Set(group.map(({ procedure }) => procedure))],
    clauses: [...new Set(group.flatMap(({ clauses }) => clauses))],
    change: ({ company, procedures }) => {
      const changed = { ...procedures };
      // From behind, so that places in lists are still where they were.
      for (const { procedure, path, to } of group.toReversed())
        changed[procedure] = replaced(changed[procedure] as unknown as Json, path, to) as unknown as ProcedurePolicy;
      return { company, procedures: changed };
    },
  };
}

function replaced(value: Json | undefined, [first, ...rest]: Path, to: Json | undefined): Json | undefined {
  if (first === undefined) return to;
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    const item = replaced(items[Number(first)], rest, to);
    return item === undefined ? items.toSpliced(Number(first), 1) : items.with(Number(first), item);
  }
  if (!isObject(value)) return value;
  const { [first]: old, ...others } = value;
  const member = replaced(old, rest, to);
  return member === undefined ? others : { ...value, [first]: member };
}

const json = (value: object): JsonObject => value as JsonObject;

function rightsIn({ procedure, clauses, ...policy }: ProcedurePolicy): readonly Found[] {
  const listed = (name: string, path: Path, roles: readonly string[]): readonly Found[] =>
    roles.map((role, n) => ({ procedure, clauses, name: `${name}.${role}`, path: [...path, n] }));
  return [
    ...(['startedBy', 'managedBy', 'repairedBy'] as const).flatMap((name) => listed(name, [name], policy[name])),
    ...listed('reopen.by', ['reopen', 'by'], policy.reopen?.by ?? []),
    ...(policy.reopen?.within === undefined ? [] : [{ procedure, clauses, name: 'reopen.within', path: ['reopen', 'within'] }]),
  ];
}

function stepsIn({ procedure, steps }: ProcedurePolicy): readonly Found[] {
  return Object.entries(steps).flatMap(([id, step]) =>
    [...inStep(step), ...inSeats(step), ...inForm(step)].map(({ name, path, ...more }) => ({
      procedure,
      clauses: step.clauses,
      name: `steps.${id}.${name}`,
      path: ['steps', id, ...path],
      ...more,
    })),
  );
}

type Place = Pick<Found, 'name' | 'path' | 'to' | 'shared'>;

/** Members that are there, each to be taken out. */
const members = (value: object, under: Path, names: readonly string[]): readonly Place[] =>
  names
    .filter((name) => ![undefined, false].includes((value as Record<string, never>)[name]))
    .map((name) => ({ name: [...under, name].join('.'), path: [...under, name] }));

/** Items of a list, each to be taken out. */
const items = (list: readonly string[] | undefined, under: Path): readonly Place[] =>
  (list ?? []).map((item, n) => ({ name: [...under, item].join('.'), path: [...under, n] }));

function inStep(step: StepPolicy): readonly Place[] {
  const { due, overdue, roles, teams, returnTo } = step;
  return [
    ...(due === undefined ? [] : [{ name: 'due', path: ['due'], shared: `due ${canon(json(due))}` }]),
    ...(overdue === 'outcome' ? [{ name: 'overdue', path: ['overdue'], to: 'ladder' }] : []),
    ...items(roles, ['roles']),
    ...items(teams, ['teams']),
    ...items(returnTo, ['returnTo']),
    ...members(step, [], ['differentFrom', 'notStarter', 'pauses', 'batch', 'promises', 'promiseCause', 'skip', 'onHold', 'redo']),
    ...escalationPlaces(step.ladder),
  ];
}

/** Rungs with the same times are the company's ladder; whoever joins there is another matter. */
function escalationPlaces(ladder: StepPolicy['ladder'] = []): readonly Place[] {
  return ladder.map((escalation, n) => {
    const [kind = '', when = {}] = Object.entries<object>(escalation)[0] ?? [];
    const { to: _to, ...times } = json(when);
    return { name: `ladder.${n + 1}`, path: ['ladder', n], shared: `ladder ${kind} ${canon(times)}` };
  });
}

function inSeats({ seats }: StepPolicy): readonly Place[] {
  if (seats === undefined) return [];
  const under = ['seats'];
  const modes = ['any', 'all', 'sequence'].filter((mode) => mode !== seats.mode && !(mode === 'any' && seats.mode === 'one'));
  return [
    ...modes.map((mode) => ({ name: `seats.mode.${mode}`, path: [...under, 'mode'], to: mode })),
    ...members(seats, under, ['needs', 'onReject', 'distinct']),
    ...seats.of.flatMap((seat, n) => {
      const own = (place: Place): Place => ({ ...place, name: place.name.replace(`of.${n}`, seat.id) });
      const at = [...under, 'of', n];
      const roles = (seat.roles ?? []).length + (seat.teams ?? []).length > 1 ? items(seat.roles, [...at, 'roles']) : [];
      return [
        ...(seats.of.length > 1 ? [{ name: `seats.${seat.id}`, path: at }] : []),
        ...[...members(seat, at, ['veto', 'when', 'covers', 'weight']), ...roles].map(own),
      ];
    }),
  ];
}

function inForm({ outcomes, fields }: StepPolicy): readonly Place[] {
  const rejecting = Object.entries(outcomes).flatMap(([id, outcome]) => members(outcome, ['outcomes', id], ['rejects']));
  const bounds = ['max', 'min', 'pattern', 'notPast', 'onFreeDay', 'whenLater', 'atMost', 'sameAs'];
  const inField = ([id, field]: readonly [string, Field]): readonly Place[] => {
    const required = field.required ? [{ name: `fields.${id}.required`, path: ['fields', id, 'required'], to: false }] : [];
    return [...required, ...members(field, ['fields', id], bounds)].map((place) => ({
      ...place,
      shared: `field ${id}.${place.path.at(-1)}\n${canon(json(field))}`,
    }));
  };
  return [...rejecting, ...Object.entries(fields).flatMap(inField)];
}

function partsIn({ procedure, clauses, clocks, effects, reviews = {}, steps }: ProcedurePolicy): readonly Found[] {
  const all = (own: readonly string[] | undefined, places: readonly Place[]): readonly Found[] =>
    places.map((place) => ({ procedure, clauses: own ?? clauses, ...place }));
  return [
    ...Object.entries(clocks).flatMap(([id, clock]) =>
      all(clock.clauses, [
        { name: `clocks.${id}.due`, path: ['clocks', id, 'due'], to: { within: '9999h', clock: 'wall' } },
        ...members(clock, ['clocks', id], ['onHold']),
        ...(clock.ladder ?? []).map((_, n) => ({ name: `clocks.${id}.ladder.${n + 1}`, path: ['clocks', id, 'ladder', n] })),
      ]),
    ),
    ...Object.entries(effects).flatMap(([id, effect]) =>
      all(effect.clauses, members(effect, ['effects', id], ['undoOnReturn', 'keptOnReturn', 'irreversible'])),
    ),
    ...Object.entries(reviews).flatMap(([id, { stages, sameApprover }]) => [
      ...(sameApprover === 'skip' ? all(clauses, [{ name: `reviews.${id}.sameApprover`, path: ['reviews', id, 'sameApprover'] }]) : []),
      ...stages.flatMap((stage, n) => {
        const at = ['reviews', id, 'stages', n];
        const named = (place: Place): Place => ({ ...place, name: place.name.replace(`stages.${n}`, stage.step) });
        const whole = stages.length > 1 ? [{ name: `reviews.${id}.${stage.step}`, path: at }] : [];
        return all(steps[stage.step]?.clauses, [...whole, ...members(stage, at, ['when', 'covers']).map(named)]);
      }),
    ]),
  ];
}
