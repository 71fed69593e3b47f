/** Marks a place that the types say cannot be reached; a new member of a union then fails to compile there. */
export function assertNever(value: never): never {
  throw new Error(`unexpected: ${JSON.stringify(value)}`);
}
