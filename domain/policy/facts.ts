import { isObject, type Json, type JsonObject, objectOf, textOf } from '../json.js';
import { type Currency, decimalsOf, formatAmount, formatDate, formatInteger, formatMoney } from '../texts/format.js';
import { type Locale, say, type TextKey, textKeys } from '../texts/texts.js';
import type { Words } from '../words.js';
import type { Field, Label, Labels, ProcedurePolicy } from './policy.js';

/** A part of what is shown, in its reader's words: a value, things that belong together, or a table. Labels and texts are ready to be read. */
export type Fact =
  | { readonly kind: 'value'; readonly name: string; readonly label: string; readonly value: string; readonly numeric: boolean }
  | { readonly kind: 'group'; readonly name: string; readonly label: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly label: string;
      readonly columns: readonly { readonly name: string; readonly label: string; readonly numeric: boolean }[];
      /** `details`: what of a row has no column, such as the parts of a set. */
      readonly rows: readonly { readonly id: string; readonly cells: readonly string[]; readonly details: readonly string[] }[];
    };

/** By what values are named and written. */
export interface FactContext {
  readonly policy: Pick<ProcedurePolicy, 'steps' | 'labels'> | undefined;
  /** Those of the company; see `CompanyBook`. */
  readonly labels?: Labels | undefined;
  readonly locale: Locale;
  readonly roles?: Readonly<Record<string, Words>> | undefined;
  readonly people?: ReadonlyMap<string, string> | undefined;
  /** Of money that is shown without one. */
  readonly currency?: string | undefined;
  /** A moment, epoch milliseconds, as its reader's clock has it. */
  readonly moment?: ((at: number) => string) | undefined;
  /** What a code with values says, where it is more than the text of the catalogue. */
  readonly sentence?: ((family: 'finding' | 'refusal', said: JsonObject) => string | undefined) | undefined;
}

/** What is shown, in words. A value without a label stands under a word for "other": `unlabelled` finds them. */
export function factsOf(shown: Json, context: FactContext): readonly Fact[] {
  return new Reading(shown, context).whole();
}

/** The names, and ids of values (`verdict=within`), that nothing gives words to: none where what is shown can be read. */
export function unlabelled(shown: Json, context: FactContext): readonly string[] {
  const reading = new Reading(shown, context);
  reading.whole();
  return [...reading.unlabelled].sort();
}

/** One value that is shown, or was, under its name: `order/customer` is a value of a group. */
export function factOf(
  name: string,
  value: Json | undefined,
  shown: Json,
  context: FactContext,
): { readonly label: string; readonly value: string } {
  const [last = '', parent] = name.split('/').toReversed();
  const reading = new Reading(shown, context);
  return {
    label: reading.labelOf(last, parent),
    value: value === undefined ? '' : reading.inline(last, value, { parent, currency: reading.currency }),
  };
}

/** The name of the value above, and the currency in force. */
interface Within {
  readonly parent: string | undefined;
  readonly currency: Currency | undefined;
}

const isId = (name: string): boolean => !/^[a-z][A-Za-z0-9]*$/.test(name);
const isWords = (value: JsonObject): boolean =>
  typeof value['zh'] === 'string' && typeof value['en'] === 'string' && typeof value['id'] === 'string';
const currencyOf = (value: Json | undefined): Currency | undefined =>
  typeof value === 'string' && Object.hasOwn(decimalsOf, value) ? (value as Currency) : undefined;

/** The columns that lines have first. */
const firstColumns = ['id', 'line', 'code', 'product', 'name', 'quantity', 'unit', 'unitPriceMinor', 'amountMinor'];
const rank = (name: string): number => (firstColumns.includes(name) ? firstColumns.indexOf(name) : firstColumns.length);

class Reading {
  readonly unlabelled = new Set<string>();
  /** Of what says none itself. */
  readonly currency: Currency | undefined;
  readonly #shown: Json;
  readonly #context: FactContext;
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(shown: Json, context: FactContext) {
    this.#shown = shown;
    this.#context = context;
    this.#fields = ownFields(context.policy);
    this.currency = currencyOf(context.currency) ?? currencyIn(shown);
  }

  whole(): readonly Fact[] {
    const within = { parent: undefined, currency: this.currency };
    return isObject(this.#shown) && !isWords(this.#shown) ? this.#members(this.#shown, within) : this.#fact('lines', this.#shown, within);
  }

  labelOf(name: string, parent: string | undefined): string {
    if (name === 'id') return say(this.#context.locale, 'fact.line');
    const found = this.#label(name, parent);
    if (found !== undefined) return found.name[this.#context.locale];
    this.unlabelled.add(parent === undefined ? name : `${parent}.${name}`);
    return say(this.#context.locale, 'fact.other');
  }

  /** Plain values first, then groups, then tables. */
  #members(value: JsonObject, { parent, currency }: Within): readonly Fact[] {
    const within = { parent, currency: currencyOf(value['currency']) ?? currency };
    // What a thing is called inside means nothing to a reader, but where it is the number of a line.
    const entries = Object.entries(value).filter(([name]) => name !== 'id' || parent === undefined || parent === 'line');
    const facts = entries.flatMap(([name, one]) => this.#fact(name, one, within));
    const order = { value: 0, group: 1, table: 2 };
    return facts.toSorted((one, other) => order[one.kind] - order[other.kind]);
  }

  #fact(name: string, value: Json, within: Within): readonly Fact[] {
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return [];
    const written = this.#label(name, within.parent)?.as;
    const rows = this.#rowsOf(name, value, written);
    if (rows !== undefined) return [this.#table(name, rows, written, within)];
    if (!isObject(value) || isWords(value) || written === 'refusal') {
      const label = this.labelOf(name, within.parent);
      return [{ kind: 'value', name, label, value: this.inline(name, value, within), numeric: typeof value === 'number' }];
    }
    const facts = this.#members(value, { ...within, parent: name });
    return facts.length === 0 ? [] : [{ kind: 'group', name, label: this.labelOf(name, within.parent), facts }];
  }

  /** The rows of a list of things, or of things by their ids. Undefined: it is neither. */
  #rowsOf(name: string, value: Json, written: Label['as']): readonly JsonObject[] | undefined {
    if (Array.isArray(value)) return (value as readonly Json[]).every(isObject) ? (value as readonly JsonObject[]) : undefined;
    if (!isObject(value)) return undefined;
    const entries = Object.entries(value);
    if (written === 'verdicts') return entries.map(([id, verdict]) => ({ finding: this.#findingOf(id), [name]: verdict }));
    const byId = entries.length > 0 && (name === 'lines' || entries.every(([id]) => isId(id)));
    if (!byId) return undefined;
    return entries.map(([id, one]) => (isObject(one) ? { ...one, id } : one === null ? { id, gone: true } : { id, [name]: one }));
  }

  #table(name: string, rows: readonly JsonObject[], written: Label['as'], within: Within): Fact {
    const label = this.labelOf(name, within.parent);
    if (written === 'finding') {
      const said = rows.map((row, index) => ({ id: textOf(row['id'] ?? index), cells: [this.#said('finding', row)], details: [] }));
      return { kind: 'table', name, label, columns: [{ name, label, numeric: false }], rows: said };
    }
    if (rows.some(({ before, after }) => isObject(before) || isObject(after))) return this.#changes(name, label, rows, within);
    const inCell = (value: Json | undefined): boolean => value !== undefined && !(isObject(value) && !isWords(value)) && !isThings(value);
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
      .filter((column) => column !== 'gone' && rows.some((row) => inCell(row[column])))
      .toSorted((one, other) => rank(one) - rank(other));
    const parent = names.includes(name) ? within.parent : name;
    const inner = (row: JsonObject): Within => ({ parent, currency: currencyOf(row['currency']) ?? within.currency });
    return {
      kind: 'table',
      name,
      label,
      columns: names.map((column) => ({
        name: column,
        label: this.labelOf(column, parent),
        numeric: rows.some((row) => typeof row[column] === 'number'),
      })),
      rows: rows.map((row, index) => ({
        id: textOf(row['id'] ?? row['line'] ?? index),
        cells: names.map((column) => {
          const value = row[column];
          if (column === 'id') return textOf(value);
          return value === undefined || value === null || !inCell(value) ? '—' : this.inline(column, value, inner(row));
        }),
        details: [
          ...(row['gone'] === true ? [say(this.#context.locale, 'fact.taken-out')] : []),
          ...Object.entries(row).flatMap(([column, value]) =>
            value === undefined || value === null || inCell(value) ? [] : [this.#labelled(column, value, inner(row))],
          ),
        ],
      })),
    };
  }

  /** Lines as they were and as they are to be. */
  #changes(name: string, label: string, rows: readonly JsonObject[], within: Within): Fact {
    const sides = rows.map((row) => ({ row, was: objectOf(row['before']), now: objectOf(row['after']) }));
    const beside = rows.flatMap((row) => Object.keys(row).filter((column) => column !== 'before' && column !== 'after'));
    const members = [...new Set(['id', ...sides.flatMap(({ was, now }) => [...Object.keys(was), ...Object.keys(now)]), ...beside])];
    const names = members.toSorted((one, other) => rank(one) - rank(other));
    const text = (column: string, value: Json | undefined): string =>
      value === undefined || value === null ? '—' : this.inline(column, value, { ...within, parent: name });
    const states = (row: JsonObject): readonly TextKey[] => [
      ...(row['before'] === undefined && row['after'] !== undefined ? ['fact.new' as const] : []),
      ...(row['after'] === undefined && row['before'] !== undefined ? ['fact.taken-out' as const] : []),
    ];
    return {
      kind: 'table',
      name,
      label,
      columns: names.map((column) => ({ name: column, label: this.labelOf(column, name), numeric: false })),
      rows: sides.map(({ row, was, now }) => ({
        id: textOf(row['id'] ?? ''),
        cells: names.map((column) => {
          if (column === 'id') return textOf(row['id'] ?? '');
          if (beside.includes(column)) return text(column, row[column]);
          const [before, after] = [text(column, was[column]), text(column, now[column])];
          const both = row['before'] !== undefined && row['after'] !== undefined;
          return before === after ? after : both ? `${before} → ${after}` : row['after'] === undefined ? before : after;
        }),
        details: states(row).map((key) => say(this.#context.locale, key)),
      })),
    };
  }

  /** A value as one text. */
  inline(name: string, value: Json, within: Within): string {
    if (isObject(value) && !isWords(value)) {
      const written = this.#label(name, within.parent)?.as;
      if (written === 'refusal' || written === 'finding') return this.#said(written, value);
      const inner = { parent: name, currency: currencyOf(value['currency']) ?? within.currency };
      const parts = Object.entries(value).filter(([member, one]) => member !== 'id' && one !== null && one !== '');
      return this.#listed(parts.map(([member, one]) => this.#labelled(member, one, inner)));
    }
    if (Array.isArray(value)) return this.#listed((value as readonly Json[]).map((one) => this.inline(name, one, within)));
    return this.#plain(name, value as Exclude<Json, readonly Json[]>, within);
  }

  #labelled(name: string, value: Json, within: Within): string {
    // The parts of a thing by id: `2: …`.
    const label = isId(name) ? name : this.labelOf(name, within.parent);
    return say(this.#context.locale, 'fact.labelled', { label, value: this.inline(name, value, within) });
  }

  #listed(texts: readonly string[]): string {
    return texts.join(this.#context.locale === 'zh' ? '，' : ', ');
  }

  #plain(name: string, value: null | boolean | number | string | JsonObject, within: Within): string {
    const { locale, moment, people } = this.#context;
    const label = this.#label(name, within.parent);
    if (value === null) return '—';
    if (typeof value === 'object') return textOf(value[locale]);
    if (typeof value === 'boolean') return say(locale, value ? 'fact.yes' : 'fact.no');
    if (typeof value === 'number') {
      if (label?.as === 'money' || name.endsWith('Minor')) return money(value, within.currency, locale);
      if (label?.as === 'instant' || name.endsWith('At')) return moment?.(value) ?? new Date(value).toISOString();
      return label?.as === 'percent'
        ? `${formatInteger(value, locale)}%`
        : Number.isInteger(value)
          ? formatInteger(value, locale)
          : String(value);
    }
    if (label?.as === 'person') return people?.get(value) ?? value;
    const known = label?.as === 'text' ? undefined : this.#word(name, value, label);
    return known?.[locale] ?? (/^\d{4}-\d{2}-\d{2}$/.test(value) ? formatDate(value, locale, 'long') : value);
  }

  /** The words of an id: those of the label, of the form's choice of that name, or of the policy. */
  #word(name: string, value: string, label: Label | undefined): Words | undefined {
    if (!/^[a-z][a-z0-9-]*$/.test(value)) return undefined;
    const { policy, roles } = this.#context;
    const as = label?.as ?? 'outcome';
    const choices = label?.choices ?? this.#fields.get(name)?.choices;
    const known: Partial<Record<NonNullable<Label['as']>, Words | undefined>> = {
      role: roles?.[value],
      step: policy?.steps[value]?.name,
      outcome: Object.values(policy?.steps ?? {}).find((step) => Object.hasOwn(step.outcomes, value))?.outcomes[value]?.name,
    };
    const found = choices?.[value] ?? this.#fields.get(name)?.choices?.[value] ?? known[as];
    const sure = choices !== undefined || name === 'outcome' || (label?.as !== undefined && as in known);
    if (found === undefined && sure) this.unlabelled.add(`${name}=${value}`);
    return found;
  }

  #label(name: string, parent: string | undefined): Label | undefined {
    const { policy, labels } = this.#context;
    const within = parent === undefined ? name : `${parent}.${name}`;
    const said = policy?.labels?.[within] ?? policy?.labels?.[name] ?? labels?.[within] ?? labels?.[name];
    const own = this.#fields.get(name);
    if (said !== undefined || own === undefined) return said;
    return { name: own.name, ...(own.type === 'text' || own.type === 'money' || own.type === 'verdicts' ? { as: own.type } : {}) };
  }

  #findingOf(id: string): string {
    const findings = isObject(this.#shown) && Array.isArray(this.#shown['findings']) ? (this.#shown['findings'] as readonly Json[]) : [];
    const found = findings.find((one) => isObject(one) && one['id'] === id);
    return isObject(found) ? this.#said('finding', found) : id;
  }

  #said(family: 'finding' | 'refusal', said: JsonObject): string {
    const { locale, sentence } = this.#context;
    const better = sentence?.(family, said);
    if (better !== undefined) return better;
    const code = textOf(said['code']);
    const key = [`${family}.${code}`, `problem.${code}`].find((one) => textKeys.has(one));
    const values = { ...(isObject(said['values']) ? said['values'] : {}), line: said['line'] ?? '' };
    const plain = Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : textOf(value)] as const);
    return say(locale, (key as TextKey | undefined) ?? 'fact.other', Object.fromEntries(plain));
  }
}

const isThings = (value: Json | undefined): boolean => Array.isArray(value) && (value as readonly Json[]).some(isObject);

/** The fields of a procedure's forms whose name means the same at every step that has one of it. */
function ownFields(policy: FactContext['policy']): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  const ambiguous = new Set<string>();
  for (const step of Object.values(policy?.steps ?? {}))
    for (const [name, field] of Object.entries(step.fields)) {
      const before = found.get(name);
      if (before === undefined) found.set(name, field);
      else if (before.name.en !== field.name.en || before.type !== field.type) ambiguous.add(name);
      else if (before.choices !== undefined) found.set(name, { ...before, choices: { ...field.choices, ...before.choices } });
    }
  for (const name of ambiguous) found.delete(name);
  return found;
}

/** The first currency that is shown anywhere. */
function currencyIn(value: Json): Currency | undefined {
  if (Array.isArray(value)) return first((value as readonly Json[]).map(currencyIn));
  return isObject(value) ? (currencyOf(value['currency']) ?? first(Object.values(value).map(currencyIn))) : undefined;
}

const first = <T>(found: readonly (T | undefined)[]): T | undefined => found.find((one) => one !== undefined);

/** Without a currency an amount is figures alone, in hundredths. */
function money(minor: number, currency: Currency | undefined, locale: Locale): string {
  return currency === undefined ? formatAmount(BigInt(minor), 'CNY', locale) : formatMoney(BigInt(minor), currency, locale);
}
