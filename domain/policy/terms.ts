import * as z from 'zod';

/** What every policy file is made of. */

export const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case id');
/** The name of a form's field, or of a value that is shown: a name in JSON, such as `orderDataNo`. */
export const fieldId = z.string().regex(/^[a-z][A-Za-z0-9-]*$/, 'a field name such as orderDataNo');
export const clause = z.string().regex(/^[A-Z]{2}-[A-Z]\d+$/, 'a clause id such as HH-B2');
