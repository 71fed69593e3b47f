import type { JsonObject } from '../../domain/json.js';
import type { Names } from './words.js';

/** A subject that fits its schema, on its way into a case. */
export interface Checked {
  readonly company: string;
  readonly subject: JsonObject;
  /** JSON pointer of the subject in the body. */
  readonly under: string;
  readonly names: Names;
  /** The case that is there already, when it is amended. */
  readonly caseId?: string;
}
