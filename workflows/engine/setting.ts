import { ApplicationFailure } from '@temporalio/workflow';
import { books, edition } from 'gendan-edition';
import type { Procedure } from '../../domain/case/desk.js';
import type { Setting } from '../../domain/case/render.js';
import { settingIn } from '../../domain/case/setting.js';

/** The edition this bundle is. */
export const editionId: string = edition;

/** A procedure with the policy its edition pins. Fails the run when the edition does not know the procedure: a start with a wrong name. */
export function settingOf(procedure: Procedure<never, never>, company: string, name: string): Setting {
  const setting = settingIn(books[company], name, () => procedure);
  if (setting === undefined) throw ApplicationFailure.nonRetryable(`${company}:${name} is not in edition ${edition}`, 'PROCEDURE_UNKNOWN');
  return setting;
}
