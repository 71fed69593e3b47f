import { type EscalationPolicy, type EscalationStep } from '../time/escalation.js';
import { type Library } from './library.js';
import { type CompanyPolicy, type ProcedurePolicy, rolesOfStep } from './policy.js';
import { listed, type Problem } from './problems.js';

/**
 * The compact form of a procedure's policy, as it is written, becomes the whole one, as the engine takes it and editions pin it: kinds of steps get their
 * outcomes, names of fields their definitions, steps that say none the company's due time. What is written whole stays as it is.
 */

type Path = readonly PropertyKey[];

/** What a policy declares beside what a case needs of it: for types of the procedure's file. */
export interface Declared {
  /** The effects that only read. */
  readonly readings: readonly string[];
  /** What each value may be; undefined: any of its kind. */
  readonly values: Readonly<Record<string, readonly (string | number)[] | 'number' | 'boolean' | 'string'>>;
}

export interface Expanded {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  readonly declared: Declared;
  /** Where a part of the whole form stands in the compact one. */
  origin(path: Path): Path;
}

type Parts = Readonly<Record<string, unknown>>;
const isParts = (value: unknown): value is Parts => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWords = (value: unknown): value is Parts =>
  isParts(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => ['en', 'zh', 'id'].includes(key));

/** Expands what was read from a procedure's file. Faults of the whole form are left to its schema. */
export function expandProcedure(value: unknown, library: Library): Expanded {
  const work = new Expansion(library);
  return { value: isParts(value) ? work.procedure(value) : value, problems: work.problems, declared: work.declared, origin: work.origin };
}

class Expansion {
  readonly problems: Problem[] = [];
  readonly declared = { readings: [] as string[], values: {} as Record<string, Declared['values'][string]> };
  readonly #library: Library;
  readonly #origins = new Map<string, Path>();

  constructor(library: Library) {
    this.#library = library;
  }

  readonly origin = (path: Path): Path => {
    for (let length = path.length; length > 0; length -= 1) {
      const from = this.#origins.get(keyOf(path.slice(0, length)));
      if (from !== undefined) return [...from, ...path.slice(length)];
    }
    return path;
  };

  procedure({ readings, ...written }: Parts): Parts {
    const steps = isParts(written['steps']) ? { steps: each(written['steps'], (step, id) => this.#step(step, ['steps', id])) } : {};
    const effects = this.#effects(readings, written['effects']);
    const subject = isParts(written['subject']) ? { subject: this.#subject(written['subject']) } : {};
    const values = isParts(written['values'])
      ? { values: each(written['values'], (value, name) => this.#value(value, ['values', name], name)) }
      : {};
    return { ...written, ...subject, ...steps, ...effects, ...values };
  }

  #complain(path: Path, text: string, what: 'key' | 'value' = 'value'): void {
    this.problems.push({ path, what, text });
  }

  #stands(whole: Path, written: Path): void {
    this.#origins.set(keyOf(whole), written);
  }

  /** Readings are effects that change nothing; either may be its words alone. */
  #effects(readings: unknown, effects: unknown): Parts {
    const named = (parts: unknown, group: string): Parts =>
      isParts(parts) ? each(parts, (part, name) => this.#named(part, ['effects', name], [group, name])) : {};
    if (readings === undefined) return isParts(effects) ? { effects: named(effects, 'effects') } : effects === undefined ? {} : { effects };
    if (!isParts(readings)) {
      this.#complain(['readings'], 'readings are named; allowed: keys with values');
      return {};
    }
    this.declared.readings.push(...Object.keys(readings));
    for (const name of Object.keys(readings))
      if (isParts(effects) && Object.hasOwn(effects, name))
        this.#complain(['readings', name], `"${name}" is an effect too; allowed: either`, 'key');
    return { effects: { ...named(readings, 'readings'), ...named(effects, 'effects') } };
  }

  #named(part: unknown, whole: Path, written: Path): unknown {
    this.#stands(whole, written);
    if (!isWords(part)) return part;
    this.#stands([...whole, 'name'], written);
    return { name: part };
  }

  #subject({ fields, ...rest }: Parts): Parts {
    if (fields === undefined) return rest;
    const path = ['subject', 'fields'];
    const form = new Form(fields, path, this.#library, (at, text, what) => this.#complain(at, text, what));
    form.of(undefined, path);
    return { ...rest, fields: form.asked(path, (at, from) => this.#stands(at, from)) };
  }

  /** `{ is, of }`: what the value is, and what it may be. */
  #value(value: unknown, path: Path, name: string): unknown {
    if (!isParts(value)) {
      const kind = typeof value;
      if (kind === 'string' || kind === 'number' || kind === 'boolean') this.declared.values[name] = kind;
      return value;
    }
    for (const key of Object.keys(value))
      if (!['is', 'of', 'min', 'max'].includes(key))
        this.#complain([...path, key], `unknown key "${key}"; allowed: is, of, min, max`, 'key');
    const { is, of, min, max } = value;
    const place = [...path, 'is'];
    this.#stands(path, place);
    if (is === undefined) {
      this.#complain(path, '"is" is missing; allowed: what the value is', 'key');
      return '';
    }
    if (of === undefined) {
      if (typeof is !== 'number' || !Number.isInteger(is))
        this.#complain(place, 'a value without "of" is a whole number; allowed: one, or with "of"');
      else {
        const [least, most] = [typeof min === 'number' ? min : -Infinity, typeof max === 'number' ? max : Infinity];
        if (is < least || is > most) this.#complain(place, `${is} is not allowed here; allowed: ${least} to ${most}`);
      }
      this.declared.values[name] = 'number';
      return is;
    }
    const allowed = of === 'language' ? ['zh', 'en', 'id'] : of;
    if (!Array.isArray(allowed) || !allowed.every((one) => typeof one === 'string' || typeof one === 'number')) {
      this.#complain([...path, 'of'], 'what a value may be is a list; allowed: a list of texts or numbers, or language');
      return is;
    }
    this.declared.values[name] = allowed;
    if (!allowed.some((one) => one === is))
      this.#complain(place, `${JSON.stringify(is)} is not allowed here; allowed: ${allowed.join(', ')}`);
    return is;
  }

  #step(step: unknown, path: Path): unknown {
    if (!isParts(step)) return step;
    const whole = Object.hasOwn(step, 'kind') ? this.#ofKind(step, path) : step;
    if (whole['due'] === 'none') {
      const { due: _none, ...rest } = whole;
      return rest;
    }
    if (whole['due'] !== undefined || this.#library.due === undefined) return whole;
    this.#stands([...path, 'due'], path);
    return { ...whole, due: this.#library.due };
  }

  #ofKind(step: Parts, path: Path): Parts {
    const { kind: name, outcome, outcomes, fields, ...rest } = step;
    if (!isKind(name)) {
      this.#complain([...path, 'kind'], `unknown kind ${JSON.stringify(name)}; allowed: ${Object.keys(kinds).join(', ')}`);
      return { ...rest, outcomes: { done: { name: stub.name } } };
    }
    const known = keysOf(name);
    const unknown = Object.keys(step).filter((key) => !known.includes(key));
    for (const key of unknown)
      this.#complain([...path, key], `unknown key "${key}" with kind "${name}"; allowed: ${known.join(', ')}`, 'key');
    const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => known.includes(key)));
    const { perLine, fields: usual = [] } = kindOf(name);
    const form = new Form(fields === undefined ? usual : fields, [...path, 'fields'], this.#library, (at, text, what) =>
      this.#complain(at, text, what),
    );
    const written = this.#outcomesOf(name, outcome, outcomes, path);
    const made = Object.fromEntries(written.map((one) => [one.id, this.#outcome(one, form, [...path, 'outcomes', one.id])]));
    const asked = form.asked([...path, 'fields'], (at, from) => this.#stands(at, from));
    return { ...kept, outcomes: made, fields: asked, ...(perLine === true ? { perLine } : {}) };
  }

  /** The outcomes of a step of a kind, as its policy has them or as the kind brings them. */
  #outcomesOf(kind: KindName, one: unknown, several: unknown, path: Path): readonly Written[] {
    const slots = Object.entries(kindOf(kind).outcomes ?? {});
    const single = slots.length === 1;
    const [key, own] = single ? ['outcome', one] : ['outcomes', several];
    const place = [...path, key];
    const list: readonly (readonly [string, unknown, Path])[] = Array.isArray(own)
      ? own.map((id, index) => [String(id), undefined, [...place, index]])
      : isParts(own)
        ? Object.entries(own).map(([id, said]) => [id, said, [...place, id]])
        : [];
    if (own !== undefined && !Array.isArray(own) && !isParts(own))
      this.#complain(
        place,
        'outcomes are a list of names of the library, or names with words; allowed: [settled, dropped], or { settled: { en, zh, id } }',
      );
    if (slots.length === 0) {
      if (own === undefined) this.#complain(path, `"outcomes" is missing; allowed: a list, or names with words`, 'key');
      return list.map(([id, said, at]) => ({ id, said, at, slot: {} }));
    }
    if (single && list.length > 1)
      this.#complain(place, `${list.length} outcomes of a step of kind "${kind}"; allowed: one, or kind "decide"`, 'key');
    const replaced = new Map<string, Written>();
    for (const [id, said, at] of list) {
      const is = single ? slots[0]?.[0] : isParts(said) && typeof said['is'] === 'string' ? said['is'] : id;
      const slot = slots.find(([name]) => name === is);
      if (slot === undefined)
        this.#complain(
          at,
          `"${is ?? id}" is no outcome of kind "${kind}"; allowed: ${listed(slots.map(([name]) => name))}, also under another id as { is, name }`,
          'key',
        );
      else replaced.set(slot[0], { id, said, at, slot: slot[1] });
    }
    return slots.map(([id, slot]) => replaced.get(id) ?? { id, said: undefined, at: path, slot });
  }

  #outcome({ id, said, at, slot }: Written, form: Form, whole: Path): unknown {
    this.#stands(whole, at);
    const words = isWords(said);
    const own: Parts = isParts(said) && !words ? said : {};
    const unknown = Object.keys(own).filter((key) => !['is', 'name', 'fields', 'rejects', 'sentence'].includes(key));
    for (const key of unknown) this.#complain([...at, key], `unknown key "${key}"; allowed: name, fields, rejects, sentence`, 'key');
    const { name: named, fields: listedFields = slot.fields, rejects = slot.rejects, sentence } = own;
    if (words) this.#stands([...whole, 'name'], at);
    const name = words ? said : (named ?? this.#library.outcomes[id]);
    if (name === undefined && this.#library.whole)
      this.#complain(at, `outcome "${id}" has no words; allowed: { en, zh, id }, or "${id}" under "outcomes" of the library`, 'key');
    const fields = form.of(listedFields, own['fields'] === undefined ? at : [...at, 'fields']);
    for (const [index, field] of fields.entries()) this.#stands([...whole, 'fields', index], field.at);
    return {
      name: name ?? stub.name,
      fields: fields.map((field) => field.id),
      ...(rejects === undefined ? {} : { rejects }),
      ...(sentence === undefined ? {} : { sentence }),
    };
  }
}

interface Written {
  readonly id: string;
  readonly said: unknown;
  readonly at: Path;
  readonly slot: { readonly rejects?: true; readonly fields?: readonly string[] };
}

interface Asked {
  readonly id: string;
  readonly at: Path;
  readonly definition: unknown;
}

/** Stands for what could not be found, so that it is complained of once. */
const stub = { name: { en: '?', zh: '?', id: '?' }, type: 'text' };

/** The fields of a step: those listed at the step, which every outcome asks for that lists none, and those of its outcomes. */
class Form {
  readonly #own: readonly Asked[];
  readonly #asked = new Map<string, Asked>();
  readonly #library: Library;
  readonly #complain: (path: Path, text: string, what?: 'key' | 'value') => void;

  constructor(fields: unknown, path: Path, library: Library, complain: (path: Path, text: string, what?: 'key' | 'value') => void) {
    this.#library = library;
    this.#complain = complain;
    this.#own = [];
    this.#own = this.#read(fields, path);
  }

  /** What an outcome asks for. */
  of(fields: unknown, path: Path): readonly Asked[] {
    const asked = fields === undefined ? this.#own : this.#read(fields, path);
    for (const one of asked) {
      const before = this.#asked.get(one.id);
      if (before !== undefined && JSON.stringify(before.definition) !== JSON.stringify(one.definition))
        this.#complain(one.at, `"${one.id}" is another field in another outcome; allowed: the same, or under another name`);
      this.#asked.set(one.id, before ?? one);
    }
    return asked;
  }

  /** All definitions, by id. */
  asked(whole: Path, stands: (whole: Path, written: Path) => void): Parts {
    for (const { id, at } of this.#own)
      if (!this.#asked.has(id))
        this.#complain(at, `no outcome asks for "${id}"; allowed: fields that an outcome lists, or has from the step`);
    const all = [...this.#asked.values()];
    for (const { id, at } of all) stands([...whole, id], at);
    return Object.fromEntries(all.map(({ id, definition }) => [id, definition]));
  }

  #read(fields: unknown, path: Path): readonly Asked[] {
    if (Array.isArray(fields)) return fields.map((name: unknown, index) => this.#field(name, undefined, [...path, index]));
    if (isParts(fields)) return Object.entries(fields).map(([name, said]) => this.#field(name, said, [...path, name]));
    this.#complain(
      path,
      'fields are names of the library, or names with definitions; allowed: [reason, note?], or { reason: { max: 200 } }',
    );
    return [];
  }

  #field(written: unknown, said: unknown, at: Path): Asked {
    const [, id, mark] = /^([a-z][A-Za-z0-9-]*)([?!])?$/.exec(String(written)) ?? [];
    if (id === undefined) {
      this.#complain(
        at,
        `${JSON.stringify(written)} is no name of a field; allowed: a name such as reason, note? where it may be left out, note! where it may not`,
        'key',
      );
      return { id: 'unknown', at, definition: stub };
    }
    if (said !== undefined && said !== null && !isParts(said)) {
      this.#complain(at, `${JSON.stringify(said)} is no definition of a field; allowed: keys with values`);
      return { id, at, definition: stub };
    }
    const required = mark === undefined ? {} : { required: mark === '!' };
    return { id, at, definition: { ...this.#defined(id, said ?? {}, at), ...required } };
  }

  #defined(id: string, said: Parts, at: Path): Parts {
    if (Object.hasOwn(said, 'name') && Object.hasOwn(said, 'type')) return said;
    const own = this.#own.find((one) => one.id === id)?.definition;
    const known = isParts(own) ? own : Object.hasOwn(this.#library.fields, id) ? this.#library.fields[id] : undefined;
    if (known !== undefined) return { ...known, ...said };
    if (this.#library.whole)
      this.#complain(
        at,
        `there is no field "${id}" in the library; allowed: ${listed(Object.keys(this.#library.fields))}, or a definition with "name" and "type"`,
        'key',
      );
    return { ...stub, ...said };
  }
}

const keyOf = (path: Path): string => JSON.stringify(path.map(String));
const each = (parts: Parts, make: (part: unknown, name: string) => unknown): Parts =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, make(part, name)]));

/** An outcome that a kind of step brings with it. Its words are those of the library under its id. */
interface KindOutcome {
  /** A "no". */
  readonly rejects?: true;
  /** What it asks for beside what the step says; names of the library. */
  readonly fields?: readonly string[];
}

interface Kind {
  /** None: the step says them. */
  readonly outcomes?: Readonly<Record<string, KindOutcome>>;
  /** What it asks for where the step says nothing. */
  readonly fields?: readonly string[];
  readonly perLine?: true;
}

/** The kinds of steps: what a person is asked to do, and how it can end. See docs/policy.md. */
const kinds = {
  /** Something is done. */
  done: { outcomes: { done: {} } },
  /** Somebody is answered. */
  answer: { outcomes: { answered: {} } },
  /** A yes or no; the no has its reason. */
  approve: { outcomes: { approved: {}, rejected: { rejects: true, fields: ['reason'] } } },
  /** A decision of the book's own. */
  decide: {},
  /** Something is looked at; what is wrong is written down, and is nobody's "no". */
  check: { outcomes: { right: {}, wrong: { fields: ['problems'] } } },
  /** A quantity of each line. */
  count: { outcomes: { counted: {} }, fields: ['quantity'], perLine: true },
  /** Fields of each line. */
  table: { outcomes: { filled: {} }, perLine: true },
} as const satisfies Readonly<Record<string, Kind>>;

type KindName = keyof typeof kinds;
const isKind = (name: unknown): name is KindName => typeof name === 'string' && Object.hasOwn(kinds, name);
const kindOf = (name: KindName): Kind => kinds[name];

/** Keys that every kind takes. */
const all = [
  'kind',
  'name',
  'clauses',
  'roles',
  'teams',
  'differentFrom',
  'notStarter',
  'due',
  'ladder',
  'batch',
  'pauses',
  'onHold',
  'returnTo',
  'redo',
  'fields',
];

/** The keys that a step of a kind may have. */
function keysOf(name: KindName): readonly string[] {
  const { outcomes, perLine } = kindOf(name);
  const own = outcomes !== undefined && Object.keys(outcomes).length === 1 ? 'outcome' : 'outcomes';
  return [...all, own, ...(perLine === true ? ['promises', 'promiseCause'] : ['seats', 'skip', 'overdue'])];
}

/**
 * A procedure with every ladder filled in: that of the company where a step with a due time has none of its own, and who joins at each
 * escalation. An escalation above which nobody is falls away.
 */
export function withLadders(company: CompanyPolicy, policy: ProcedurePolicy): ProcedurePolicy {
  const steps = Object.entries(policy.steps).map(([id, step]) => {
    const ladder = step.ladder ?? (step.due === undefined || step.overdue === 'outcome' ? undefined : company.ladder);
    return [id, ladder === undefined ? step : { ...step, ladder: named(company, ladder, rolesOfStep(step)) }] as const;
  });
  const clocks = Object.entries(policy.clocks).map(
    ([id, clock]) =>
      [id, clock.ladder === undefined ? clock : { ...clock, ladder: named(company, clock.ladder, policy.managedBy) }] as const,
  );
  return { ...policy, steps: Object.fromEntries(steps), clocks: Object.fromEntries(clocks) };
}

/** The first escalation that names no role is to the first role above, the second to the second. */
function named({ supervisors = {} }: CompanyPolicy, ladder: EscalationPolicy, roles: readonly string[]): EscalationPolicy {
  const above = [...new Set(roles.flatMap((role) => supervisors[role] ?? []))].filter((role) => !roles.includes(role));
  return ladder.flatMap((rung): readonly EscalationStep[] => {
    if ('remind' in rung || rung.escalate.to !== undefined) return [rung];
    const to = above.shift();
    return to === undefined ? [] : [{ escalate: { ...rung.escalate, to } }];
  });
}

/** The first of some roles of which the company does not say who is above it, where a ladder needs to know. */
export function missingAbove({ supervisors = {} }: CompanyPolicy, ladder: EscalationPolicy, roles: readonly string[]): string | undefined {
  const asks = ladder.some((rung) => 'escalate' in rung && rung.escalate.to === undefined);
  return asks ? roles.find((role) => !Object.hasOwn(supervisors, role)) : undefined;
}
