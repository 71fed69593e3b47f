import { describe, expect, it } from 'vitest';
import { readDeliveryReport } from '../../client/api/documents/bounces.js';
import { deliveryReport, originalOf } from '../support/delivery-report.js';

const id = '<2f1c@hehe.example.com>';

const read = (text: string) => readDeliveryReport(new TextEncoder().encode(text));
const failed = [
  'Final-Recipient: rfc822; deng@hongtai.example',
  'Original-Recipient: rfc822;deng@hongtai.example',
  'Action: failed',
  'Status: 5.1.1',
  'Remote-MTA: dns; mx.hongtai.example',
  'Diagnostic-Code: smtp; 550 5.1.1 <deng@hongtai.example>: Recipient address',
  '    rejected: User unknown',
];

describe('a delivery report', () => {
  it('says which mail came back, why and when', async () => {
    expect(await read(deliveryReport(failed, originalOf(id)))).toEqual({
      messageId: id,
      failed: true,
      reason: '5.1.1 550 5.1.1 <deng@hongtai.example>: Recipient address rejected: User unknown',
      at: '2026-11-27T02:15:00.000Z',
    });
  });

  it('may show the head of the mail alone, in base64 or folded', async () => {
    const folded = `Content-Type: text/rfc822-headers\n\nReceived: by mx\nMessage-Id:\n ${id}\nSubject: Reply`;
    const encoded = `Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n${Buffer.from(`Message-ID: ${id}\n`).toString('base64')}`;
    for (const original of [folded, encoded])
      expect(await read(deliveryReport(failed, original))).toMatchObject({ messageId: id, failed: true });
  });

  it.each(['delayed', 'relayed', 'delivered', 'expanded'])('of a mail that is %s is not of one that came back', async (action) => {
    const fields = ['Final-Recipient: rfc822; deng@hongtai.example', `Action: ${action}`, 'Status: 4.4.1'];
    expect(await read(deliveryReport(fields, originalOf(id)))).toMatchObject({ messageId: id, failed: false, reason: '4.4.1' });
  });

  it('without a word of why says what it does', async () => {
    expect(await read(deliveryReport(['Action: failed'], originalOf(id)))).toMatchObject({ failed: true, reason: 'Action: failed' });
  });

  it.each<[string, string]>([
    ['that names no mail', deliveryReport(failed, 'Content-Type: message/rfc822\n\nSubject: Reply\n\nText')],
    ['without a recipient', deliveryReport([], originalOf(id))],
    ['that is an ordinary mail', `Message-ID: ${id}\r\nContent-Type: text/plain\r\n\r\nHello`],
    ['that is nothing', ''],
    ['that is noise', '\u0000\u0001--b1\r\nContent-Type: multipart/report; boundary=b1'],
  ])('%s is none', async (_what, text) => {
    expect(await read(text)).toBeUndefined();
  });
});
