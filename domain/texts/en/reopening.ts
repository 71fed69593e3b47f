/** A closed case that is opened again. */
export const reopening = {
  'verb.reopen': 'Reopen the case',
  'timeline.case-reopened': '{{by}} reopened the case: {{reason}}',
  'timeline.case-reopened.for': '{{by}} reopened the case for {{actingFor}}: {{reason}}',
  'explain.cause.closed': 'the case was closed',
  'problem.CASE_OPEN': 'The case is not closed: there is nothing to reopen.',
  'problem.CASE_OPEN.by': 'The case is open: {{by}} reopened it on {{at}}.',
  'problem.CASE_STATE_GONE':
    'The case was closed too long ago: where it stood is no longer kept, so it cannot be reopened. Start a new one.',
  'problem.REOPEN_IN_VAIN': 'The case would end at once as it did, since nothing would be asked again: name another step.',
  'problem.REOPEN_NOT_PROVIDED': 'The policy of this procedure does not let closed cases be reopened.',
  'problem.REOPEN_TARGET_UNKNOWN': 'The case cannot be reopened there: name a step that it passed; possible is: {{allowed}}.',
  'problem.REOPEN_TOO_LATE': 'The case could be reopened until {{until}}.',
  'cli.case-reopen': 'Reopen a closed case',
};
