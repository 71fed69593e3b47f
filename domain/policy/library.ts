import * as z from 'zod';
import { dueSpec } from '../time/due.js';
import { words } from '../words.js';
import { type CompanyPolicy, companyPolicy, field, fieldId, id, type Labels, labels } from './policy.js';

/** What procedures share: their forms' fields, the words of outcomes, and what is only shown. */
const shared = {
  fields: z.record(fieldId, field).default({}),
  outcomes: z.record(id, words).default({}),
  labels: labels.default({}),
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

/** What the values that a company's procedures show are called: fields of forms by their own names, unless a label says otherwise. */
export function labelsOf({ fields, labels: own }: Library): Labels {
  const asked = Object.entries(fields).map(([name, { name: words, type, choices }]) => {
    const as = type === 'text' || type === 'money' || type === 'verdicts' ? { as: type } : {};
    return [name, { name: words, ...as, ...(choices === undefined ? {} : { choices }) }] as const;
  });
  return { ...Object.fromEntries(asked), ...own };
}
