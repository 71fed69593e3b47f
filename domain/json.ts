/** A JSON value. Only these cross a boundary: no Map, Set, Date, class instance or meaningful `undefined`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Whether a value is an object: neither a list nor null. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value's members; none where it is no object. */
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** A value as text: a string as it is, anything else as JSON. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
