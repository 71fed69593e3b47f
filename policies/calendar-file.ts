import { type Parsed, parseYaml } from '../domain/policy/parse.js';
import { type Problem, problemsOf, show, valueAt } from '../domain/policy/problems.js';
import { type WorkingCalendar, workingCalendar } from '../domain/time/calendar.js';
import { problemsBetweenFields } from '../domain/time/parse-calendar.js';

/**
 * Reads the text of a calendar's file, with every mistake at its `file:line:column`. Unlike a policy it may repeat a week by an alias: years
 * mostly have the same hours.
 */
export function parseCalendarFile(text: string, file: string): Parsed<WorkingCalendar> {
  return parseYaml(text, file, {
    check: (value) => [...problemsOf(workingCalendar, value), ...contradictions(value)],
    read: (value) => workingCalendar.parse(value),
    aliases: true,
  });
}

function contradictions(value: unknown): readonly Problem[] {
  return problemsBetweenFields(value).map(({ path, message }) => ({
    path,
    what: 'value',
    text: `${show(valueAt(value, path))} is not allowed here; allowed: ${message}`,
  }));
}
