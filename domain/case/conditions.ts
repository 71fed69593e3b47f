import { type Condition, decide } from '../policy/condition.js';
import type { Json, JsonObject } from './json.js';

/** Whether a part of the policy applies to what is shown. Where that cannot be told it does: then a person is asked. */
export function applies(when: Condition | undefined, shows: Json): boolean {
  const context = typeof shows === 'object' && shows !== null && !Array.isArray(shows) ? (shows as JsonObject) : {};
  return when === undefined || decide(when, context) !== false;
}
