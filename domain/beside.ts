import type { Member } from './authority/directory.js';
import { type Authority, mayAct, type Wish } from './authority.js';
import type { ProcedurePolicy } from './policy/policy.js';

/** What people do beside a task, deciding nothing: it is kept in SQL alone. */
export const besideVerbs = ['claim', 'release', 'reassign', 'urge', 'copy', 'consult', 'comment'] as const;
export type BesideVerb = (typeof besideVerbs)[number];

/** What is noted of it, for the case's timeline. An `opinion` is the comment of somebody who was consulted. */
export const noteKinds = [
  'claimed',
  'released',
  'reassigned',
  'urged',
  'copied',
  'consulted',
  'opinion',
  'comment',
  'handed-over',
] as const;
export type NoteKind = (typeof noteKinds)[number];

export const kindOf: Readonly<Record<BesideVerb | 'hand-over', NoteKind>> = {
  claim: 'claimed',
  release: 'released',
  reassign: 'reassigned',
  urge: 'urged',
  copy: 'copied',
  consult: 'consulted',
  comment: 'comment',
  'hand-over': 'handed-over',
};

/** How long after one urging the next may come, where the company says nothing: four hours. */
export const usualUrgeEvery = '4h';

/**
 * Who may do what beside a task, by the rule of who may answer it: to take it is for those who may answer; to give it back for who has it, and for
 * those who manage the procedure, who alone give it to somebody; to show it or ask about it for either; to urge and to comment for whoever may read.
 */
export function mayBeside(
  person: Member,
  company: string,
  verb: BesideVerb,
  {
    task,
    procedure,
    claimedBy,
  }: { readonly task: Wish & { readonly on: 'task' }; readonly procedure: ProcedurePolicy; readonly claimedBy?: string | undefined },
): Authority {
  const read = mayAct(person, company, { on: 'read' });
  if (!read.allowed || verb === 'urge' || verb === 'comment') return read;
  const answers = mayAct(person, company, task);
  if (verb === 'claim') return answers;
  if (verb === 'release' && claimedBy === person.id) return { allowed: true, rule: 'person' };
  const manages = mayAct(person, company, { on: 'case', verb: 'amend', procedure, about: task.about });
  if (verb === 'reassign' || verb === 'release') return manages.allowed ? manages : withVerb(manages, verb);
  return answers.allowed || !manages.allowed ? answers : manages;
}

type Refused = Extract<Authority, { readonly allowed: false }>;

/** The refusal of a manager's right names the verb that was asked for. */
function withVerb(authority: Refused, verb: BesideVerb): Refused {
  return { ...authority, values: { ...authority.values, verb } };
}
