/** Mail that came back, and notices by mail. */
export const mail = {
  'verb.bounced': 'Take a mail that came back',
  'verb.report-bounce': 'Report mail that came back',
  'verb.settle-bounce': 'See to mail that came back',
  'timeline.bounced': 'The mail to {{address}} came back: {{reason}}',
  'effect.bounced': 'came back',
  'mail-state.bounced': 'came back',
  'radar.mail-bounced': 'The mail to {{address}} came back: {{reason}}',
  'radar.mail-bounced.closed':
    'After the case had ended, its mail to {{address}} came back: {{reason}} Tell the customer in another way, then say that it is seen to.',
  'notice.mail-bounced': 'Mail that came back',
  'notice.mail-bounced.told': 'After the case had ended, its mail to {{address}} came back: {{reason}}',
  'problem.BOUNCE_NOT_OPEN':
    'There is nothing to see to about the mail {{mail}} here: it has not come back, or a task of its case is about it.',
  'problem.DELIVERY_REPORT_INVALID':
    'This is no delivery report that names the mail it is about: send it whole, as message/rfc822, or say messageId and reason.',
  'failure.MAIL_BOUNCED':
    'The mail came back ({{detail}}): send it again, to another address if need be; or tell the customer in another way, and say how.',
  'rule.email': 'it must be a mail address such as orders@example.com',
  'cli.mail': 'mail that came back',
  'cli.mail-bounced': 'reports that a mail came back',
  'cli.mail-settle': 'says that a mail that came back after the end of its case has been seen to',
  'cli.option.bounce-reason': 'why, as the mail server has it',
  'cli.option.bounce-at': 'when it came back, such as 2026-12-05T10:00:00Z',
  'cli.option.bounce-note': 'what was done',
  'cli.bounce.task': '{{mail}} to {{address}} came back: {{task}}',
  'cli.bounce.filed': '{{mail}} to {{address}} came back; another mail of {{case}} had followed it.',
  'cli.bounce.after-close': '{{mail}} to {{address}} came back after {{case}} had ended: it is on the radar.',
  'cli.bounce.pending': '{{mail}} to {{address}} came back; {{case}} will be told.',
  'cli.bounce-settled': '{{mail}} is seen to.',

  'mail.notice.subject': '{{number}}: {{sentence}}',
  'mail.notice.case': 'Order case: {{number}} {{title}}',
  'mail.notice.closing': 'Please answer in Gendan: nobody reads answers to this mail.',
};
