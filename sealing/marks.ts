/** What a worker's codec gives on in place of something that is not sealed. */
export const unsealedMark = { 'gendan:unsealed': true } as const;

/** Whether a value is that mark. */
export const isUnsealed = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'gendan:unsealed');

/** The last argument of each update: which one it was sealed for, so that the same message under another id is refused. */
export const forUpdate = (id: string | readonly string[]): { readonly 'gendan:for': string | readonly string[] } => ({ 'gendan:for': id });
