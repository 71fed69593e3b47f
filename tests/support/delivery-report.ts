/** The part of a report that shows the mail it is about. */
export const originalOf = (messageId: string): string =>
  `Content-Type: message/rfc822\n\nSubject: Reply\nMessage-ID: ${messageId}\n\nDear customer`;

/** A report as mail servers write it, with the fields of the recipient and the part that shows the mail. */
export function deliveryReport(fields: readonly string[], original: string): string {
  return [
    'Date: Fri, 27 Nov 2026 10:15:00 +0800',
    'From: MAILER-DAEMON@mx.hehe.example (Mail Delivery System)',
    'To: orders@hehe.example.com',
    'Message-ID: <own@mx.hehe.example>',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    "I'm sorry to have to inform you that your message could not be delivered.",
    '',
    '--b1',
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.hehe.example',
    'Arrival-Date: Fri, 27 Nov 2026 10:14:58 +0800',
    '',
    ...fields,
    '',
    '--b1',
    ...original.split('\n'),
    '',
    '--b1--',
    '',
  ].join('\r\n');
}
