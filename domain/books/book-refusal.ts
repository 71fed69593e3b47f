import { isObject, type Json, type JsonObject, textOf } from '../json.js';

/** Why the books did not do what they were asked: a code with its values, each with a sentence in every language (`refusal.<code>`). */
export interface BookRefusal {
  readonly code: string;
  readonly values: JsonObject;
}

/** The refusal that an answer of the books is; UNKNOWN where it says nothing that can be read, such as one given by hand. */
export function refusalIn(result: Json): BookRefusal {
  if (!isObject(result) || result['code'] === undefined) return { code: 'UNKNOWN', values: {} };
  const { code, values = {} } = result;
  return { code: textOf(code), values: isObject(values) ? values : {} };
}
