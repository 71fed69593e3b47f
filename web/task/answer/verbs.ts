import type { TaskVerb } from '../queries.js';

/** What a verb asks for before it is done. */
export interface VerbForm {
  /** Whom or where it goes: a person, or an earlier step. */
  readonly to?: 'person' | 'step';
  readonly reason?: 'required' | 'optional';
  readonly text?: 'required' | 'optional';
  readonly where?: true;
  /** The cause of a hold, and until when. */
  readonly hold?: true;
  /** After it the task is no longer the reader's to look at. */
  readonly leaves?: true;
}

const forms: Readonly<Record<string, VerbForm>> = {
  return: { to: 'step', reason: 'required', leaves: true },
  withdraw: { reason: 'optional' },
  transfer: { to: 'person', reason: 'optional', leaves: true },
  delegate: { to: 'person', reason: 'optional', leaves: true },
  'add-signer': { to: 'person', where: true, reason: 'optional' },
  'remove-signer': { reason: 'required' },
  skip: { reason: 'required', leaves: true },
  hold: { hold: true },
  resume: {},
  claim: {},
  release: { text: 'optional' },
  reassign: { to: 'person', text: 'optional' },
  urge: { text: 'optional' },
  copy: { to: 'person', text: 'optional' },
  consult: { to: 'person', text: 'required' },
  comment: { text: 'required' },
};

export const formOf = (verb: string): VerbForm => forms[verb] ?? {};

/** The form itself is for `complete` and `reject`; the foot has `claim`. */
export const isOffered = ({ verb, allowed }: TaskVerb): boolean => verb in forms && !(verb === 'claim' && allowed);
