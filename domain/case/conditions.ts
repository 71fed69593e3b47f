import { type Condition, decide } from '../policy/condition.js';
import { type Json, objectOf } from './json.js';

/** Whether a part of the policy applies to what is shown. Where that cannot be told it does: then a person is asked. */
export function applies(when: Condition | undefined, shows: Json): boolean {
  return when === undefined || decide(when, objectOf(shows)) !== false;
}
