import type { Task } from '../queries.js';

type Thing = Readonly<Record<string, unknown>>;

/** What an item of a shown list is called: a finding by its sentence, a line by its number, code and name. */
export function itemName(task: Pick<Task, 'findings' | 'data'>, id: string): string {
  const finding = task.findings?.find((one) => one.id === id);
  if (finding !== undefined) return finding.sentence;
  const found = thingBy(task.data, id);
  const words = ['code', 'product', 'name'].map((name) => found?.[name]).filter((one) => typeof one === 'string');
  return [id, ...words].join(' · ');
}

function thingBy(value: unknown, id: string): Thing | undefined {
  if (Array.isArray(value)) return value.find((one: unknown): one is Thing => isThing(one) && one['id'] === id);
  if (!isThing(value)) return undefined;
  return Object.values(value)
    .map((one) => thingBy(one, id))
    .find((one) => one !== undefined);
}

const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && !Array.isArray(value);
