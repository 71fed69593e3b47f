/** A JSON Schema as the API makes it of a step's form. */
interface FormSchema {
  readonly title?: string;
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly FormSchema[];
  readonly items?: FormSchema;
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly additionalProperties?: boolean | FormSchema;
  readonly required?: readonly string[];
  readonly maxLength?: number;
  readonly minimum?: number;
}

export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** The nine types of field that a policy has; a long text is written in an area. */
export type FieldKind = 'text' | 'area' | 'email' | 'date' | 'integer' | 'money' | 'boolean' | 'choice' | 'verdicts' | 'lines';

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly longest?: number;
  readonly least?: number;
  readonly choices: readonly Choice[];
  /** What verdicts or a choice of lines are about, by id. */
  readonly items: readonly string[];
}

export interface FormOutcome {
  readonly id: string;
  readonly name: string;
  readonly fields: readonly FormField[];
  /** The fields of one line, where the step is answered line by line. */
  readonly lineFields?: readonly FormField[];
}

/** The outcomes of a form with the fields that each asks for. */
export function outcomesOf(schema: unknown): readonly FormOutcome[] {
  const form = (schema ?? {}) as FormSchema;
  return (form.oneOf ?? [form]).flatMap((branch) => {
    const { outcome, lines, ...fields } = branch.properties ?? {};
    if (typeof outcome?.const !== 'string') return [];
    const line = lines?.additionalProperties;
    const perLine = typeof line === 'object' ? line : undefined;
    const own = perLine === undefined && lines !== undefined ? { ...fields, lines } : fields;
    return [
      {
        id: outcome.const,
        name: branch.title ?? '',
        fields: fieldsOf(own, branch.required),
        ...(perLine === undefined ? {} : { lineFields: fieldsOf(perLine.properties ?? {}, perLine.required) }),
      },
    ];
  });
}

function fieldsOf(properties: Readonly<Record<string, FormSchema>>, required: readonly string[] = []): readonly FormField[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const kind = kindOf(schema);
    const field = {
      name,
      label: schema.title ?? '',
      kind,
      required: required.includes(name),
      ...(schema.maxLength === undefined ? {} : { longest: schema.maxLength }),
      ...(schema.minimum === undefined ? {} : { least: schema.minimum }),
      choices: choicesOf(kind === 'verdicts' ? (Object.values(schema.properties ?? {})[0] ?? {}) : schema),
      items: itemsOf(schema, kind),
    };
    // Verdicts on nothing, as when the books found nothing, ask for nothing.
    return (kind === 'verdicts' || kind === 'lines') && field.items.length === 0 ? [] : [field];
  });
}

/** A text that may be longer than this is written in an area. */
const shortText = 120;

function kindOf({ type, format, oneOf, maxLength = Number.POSITIVE_INFINITY }: FormSchema): FieldKind {
  if (type === 'object') return 'verdicts';
  if (type === 'array') return 'lines';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number') return format === 'money' ? 'money' : 'integer';
  if (oneOf !== undefined) return 'choice';
  if (format === 'date' || format === 'email') return format;
  return maxLength > shortText ? 'area' : 'text';
}

const choicesOf = ({ oneOf = [] }: FormSchema): readonly Choice[] =>
  oneOf.flatMap((one) => (typeof one.const === 'string' ? [{ id: one.const, name: one.title ?? '' }] : []));

function itemsOf({ properties = {}, items }: FormSchema, kind: FieldKind): readonly string[] {
  if (kind === 'verdicts') return Object.keys(properties);
  return kind === 'lines' ? (items?.enum ?? []).filter((item) => typeof item === 'string') : [];
}
