import type { FormContent } from '../../../db/authentication.js';
import { readShown } from '../../../db/cases.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import { rulesFor, spread } from '../../../domain/policy/answer.js';
import { againstShown, type DateFault, dateFaults } from '../../../domain/policy/answer-rules.js';
import { formSchema } from '../../../domain/policy/form.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { dateAt } from '../../../domain/time/days.js';
import { freeDay } from '../../../domain/time/plan.js';
import { checked } from '../http/check.js';
import type { ApiContext } from '../http/context.js';
import { type FieldProblem, Problem } from '../http/problem.js';
import type { Names } from '../http/words.js';

interface Answering {
  readonly task: TaskRow;
  readonly step: StepPolicy;
  readonly company: string;
  readonly locale: Locale;
  /** What the answer is held against, as far as it has been read. */
  readonly form: FormContent | undefined;
}

type Data = Readonly<Record<string, unknown>> | undefined;

/**
 * An answer as the form of its step takes it. `all` beside `lines` fills every line that is still open and is not named.
 * @throws Problem naming the first wrong field, with all of them in `errors`
 */
export async function answerData(
  api: ApiContext,
  { task, step, company, locale, form }: Answering,
  data: Data,
  names: Names,
): Promise<JsonObject> {
  const { compared, ruled } = rulesFor(step, data?.['outcome']);
  const { shown, prefill } =
    ruled || compared ? (form ?? (await readShown(api.db, task.shown, task.prefill))) : { shown: null, prefill: null };
  const answer = checked(
    formSchema(step, locale, compared ? shown : undefined),
    data === undefined ? data : spread(step, data as JsonObject, task.lines ?? []),
    '/data',
    names,
  );
  const disagreeing = compared ? againstShown(step, answer, shown).map(underData) : [];
  const errors = [...disagreeing, ...(ruled ? await datesIn(api, { step, company, locale, names, answer, shown, prefill }) : [])];
  const [first] = errors;
  if (first === undefined) return answer;
  throw new Problem(first.code, { field: first.field, values: first.values, names, ...(errors.length > 1 ? { errors } : {}) });
}

interface Dated {
  readonly step: StepPolicy;
  readonly company: string;
  readonly locale: Locale;
  readonly names: Names;
  readonly answer: JsonObject;
  readonly shown: Json;
  readonly prefill: Json;
}

/** What is wrong with the dates of an answer. */
async function datesIn(api: ApiContext, { step, company, locale, names, answer, shown, prefill }: Dated): Promise<readonly FieldProblem[]> {
  const calendar = await api.calendars.of(company);
  const today = dateAt(Date.now(), names.book?.company.utcOffsetMinutes ?? 0);
  const day = (date: string) => (calendar === undefined ? undefined : freeDay(calendar, date));
  return dateFaults(step, answer, { today, freeDay: day, shown, before: prefill }).map((fault) => problemOf(fault, locale));
}

const underData = ({ code, field, values }: ReturnType<typeof againstShown>[number]): FieldProblem => {
  const at = `/data${field}`;
  return { code, field: at, values: { ...values, field: at } };
};

function problemOf(fault: DateFault, locale: Locale): FieldProblem {
  const { code, field, values } = fault;
  const day = fault.code === 'DATE_FREE' ? { day: fault.day.words?.[locale] ?? say(locale, 'day.rest') } : {};
  return { code, field: `/data${field}`, values: { field: `/data${field}`, ...values, ...day } };
}
