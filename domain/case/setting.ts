import type { CompanyBook } from '../policy/policy.js';
import type { Procedure } from './desk.js';
import type { Setting } from './render.js';
import { sitesOf } from './site.js';

/**
 * What a case of a company's book runs in: its procedure with the policy, the offset and the sites that the book pins. `procedureOf` finds the
 * procedure by the implementation that the policy names. Undefined: there is no such book, policy or implementation.
 */
export function settingIn(
  book: CompanyBook | undefined,
  name: string,
  procedureOf: (implementation: string) => Procedure<never, never> | undefined,
): Setting | undefined {
  const policy = book?.procedures[name];
  const procedure = policy === undefined ? undefined : procedureOf(policy.implementation);
  if (book === undefined || policy === undefined || procedure === undefined) return undefined;
  return { procedure, policy, utcOffsetMinutes: book.company.utcOffsetMinutes, ...sitesOf(book.company) };
}
