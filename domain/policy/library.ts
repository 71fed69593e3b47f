import * as z from 'zod';
import { dueSpec } from '../time/due.js';
import { words } from '../words.js';
import { type CompanyPolicy, companyPolicy, field } from './policy.js';
import { fieldId, id } from './terms.js';

/** How a value that is only ever shown is written: see `factsOf`. */
export const written = ['text', 'money', 'integer', 'date', 'instant', 'percent', 'boolean', 'person', 'role', 'step', 'notice'] as const;

/** What stands before a value that is shown, and how the value is written. */
const label = z.strictObject({
  name: words,
  as: z.enum(written).exactOptional(),
  /** What the value's own ids are called. */
  choices: z.record(id, words).exactOptional(),
});

/** What procedures share: their forms' fields, the words of outcomes, and what is only shown. */
const shared = {
  fields: z.record(fieldId, field).default({}),
  outcomes: z.record(id, words).default({}),
  labels: z.record(fieldId, label).default({}),
};

/** `policies/library.yaml`: for all companies. */
export const libraryFile = z.strictObject(shared);
export type LibraryFile = z.infer<typeof libraryFile>;

/** `company.yaml`: the company, and what it adds to the library or has otherwise. */
export const companyFile = companyPolicy.extend({ ...shared, due: dueSpec.exactOptional() });
type CompanyFile = z.infer<typeof companyFile>;

/** What the compact forms of a company's procedures draw on. */
export interface Library extends LibraryFile {
  /** Of steps that say none. */
  readonly due?: z.infer<typeof dueSpec>;
  /** Its files are without errors; otherwise a name that it lacks may be one that was not read. */
  readonly whole: boolean;
}

/** The company without what it says for its procedures' files: they are expanded by then. */
export function companyIn({ fields: _fields, outcomes: _outcomes, labels: _labels, due: _due, ...company }: CompanyFile): CompanyPolicy {
  return company;
}

/** What a company's procedures draw on: what it says itself, before what all companies share. `undefined`: a file with errors. */
export function libraryOf(general: LibraryFile | undefined, own: CompanyFile | undefined): Library {
  return {
    fields: { ...general?.fields, ...own?.fields },
    outcomes: { ...general?.outcomes, ...own?.outcomes },
    labels: { ...general?.labels, ...own?.labels },
    ...(own?.due === undefined ? {} : { due: own.due }),
    whole: general !== undefined && own !== undefined,
  };
}
