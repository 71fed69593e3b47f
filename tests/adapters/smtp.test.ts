import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageIdOf } from '../../adapters/mail/compose.js';
import { createSmtpMail, SmtpUrlError } from '../../adapters/mail/smtp.js';
import type { OutgoingMail } from '../../ports/mail.js';
import { type MailServer, startMailServer } from './mail-server.js';

const mail = {
  messageId: messageIdOf('hehe:order-intake:1/reply', 'sales@hehe.example'),
  caseId: 'hehe:order-intake:1',
  date: Date.UTC(2026, 8, 28),
  from: { name: '合和建筑五金', email: 'sales@hehe.example' },
  to: { name: '邓永强', email: 'deng@hongtai.example' },
  subject: '订单书面回复 HH-OR-2026-00042（贵司订单 HT-20260911）',
  text: '邓永强，您好：\n\n.随信附上\n.\n回复',
  attachment: { name: '订单书面回复 HH-OR-2026-00042.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.3 \u0000\r\n.\r\n') },
} satisfies OutgoingMail;
const handing = (more: { signal?: AbortSignal; beforeMessage?: () => Promise<void> } = {}) => ({
  signal: new AbortController().signal,
  beforeMessage: async () => undefined,
  ...more,
});

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.close());

describe('mail over SMTP', () => {
  it('when accepted, brings the server’s answer, and the mail arrives whole', async () => {
    const order: string[] = [];
    const answer = await createSmtpMail(server.url).send(
      mail,
      handing({ beforeMessage: async () => void order.push(`read ${server.read.length}`) }),
    );
    expect(answer).toEqual({ state: 'handed-over', answer: expect.stringMatching(/^250 /) });
    expect(order).toEqual(['read 0']);
    const [arrived = ''] = server.accepted;
    const header = (name: string) => new RegExp(`^${name}: ((?:.|\r\n[ \t])*)`, 'mi').exec(arrived)?.[1] ?? '';
    const decoded = (words: string) =>
      words
        .replace(/\?=\r?\n?\s+=\?/g, '?==?')
        .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_all, how: string, part: string) =>
          how.toUpperCase() === 'B'
            ? Buffer.from(part, 'base64').toString('latin1')
            : part.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/g, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
        );
    expect(
      Buffer.from(decoded(header('Subject')), 'latin1')
        .toString('utf8')
        .replace(/\r\n /g, ''),
    ).toBe(mail.subject);
    expect(header('Message-ID')).toBe(mail.messageId);
    const body = (type: string) => new RegExp(`Content-Type: ${type}[^]*?\r\n\r\n([^]*?)\r\n--`).exec(arrived)?.[1] ?? '';
    expect(Buffer.from(body('text/plain'), 'base64').toString('utf8').replace(/\r\n/g, '\n')).toBe(mail.text);
    expect(Buffer.from(body('application/pdf'), 'base64').equals(mail.attachment.bytes)).toBe(true);
    const name = [...arrived.matchAll(/ filename\*\d+\*=(?:utf-8'')?([^;\r]+)/g)].map(([, part]) => part).join('');
    expect(decodeURIComponent(name)).toBe(mail.attachment.name);
  });

  it('the same mail is the same message each time', async () => {
    const smtp = createSmtpMail(server.url);
    await smtp.send(mail, handing());
    await smtp.send(mail, handing());
    const strip = (message: string | undefined) => message?.replace(/^Received:[^]*?\r\n(?=\S)/, '');
    expect(strip(server.accepted[0])).toBe(strip(server.accepted[1]));
  });

  it.each(['addressee', 'message'] as const)('when refused at the %s, brings the server’s words', async (at) => {
    server.next.push({ at, code: 550, words: 'no such mailbox here' });
    expect(await createSmtpMail(server.url).send(mail, handing())).toEqual({
      state: 'refused',
      answer: expect.stringContaining('no such mailbox here'),
    });
  });

  it.each(['addressee', 'message'] as const)('when put off at the %s, is thrown to be tried again', async (at) => {
    server.next.push({ at, code: 451, words: 'come back later' });
    await expect(createSmtpMail(server.url).send(mail, handing())).rejects.toThrow('come back later');
    expect((await createSmtpMail(server.url).send(mail, handing())).state).toBe('handed-over');
  });

  it('when the line is cut before the message, is thrown to be tried again', async () => {
    server.next.push('cut-before-message');
    await expect(createSmtpMail(server.url).send(mail, handing())).rejects.toThrow('not taken');
  });

  it('when the line is cut after the message, has an unknown outcome', async () => {
    server.next.push('cut-after-message');
    expect((await createSmtpMail(server.url).send(mail, handing())).state).toBe('unknown');
    expect(server.read).toHaveLength(1);
  });

  it('when the server falls silent after the message, has an unknown outcome', async () => {
    const silent = createServer((socket) => {
      socket.write('220 hello\r\n');
      socket.on('data', (data) => {
        const said = data.toString();
        if (/^(EHLO|MAIL|RCPT)/.test(said)) socket.write('250 fine\r\n');
        if (said.startsWith('DATA')) socket.write('354 go on\r\n');
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const times = { connectMs: 1_000, greetingMs: 1_000, silenceMs: 10_000, allMs: 400 };
    const answer = await createSmtpMail(`smtp://127.0.0.1:${port}`, times).send(mail, handing());
    expect(answer).toEqual({ state: 'unknown', answer: 'the mail server took too long' });
    silent.close();
  });

  it('when too large for the server, is refused', async () => {
    const small = await startMailServer({ size: 100 });
    expect(await createSmtpMail(small.url).send(mail, handing())).toEqual({ state: 'refused', answer: expect.stringContaining('size') });
    await small.close();
  });

  it('when nobody listens, is thrown to be tried again', async () => {
    const { url } = server;
    await server.close();
    await expect(createSmtpMail(url).send(mail, handing())).rejects.toThrow('ECONNREFUSED');
  });

  it('when the word before the message is no, sends nothing', async () => {
    const refuse = async () => {
      throw new Error('taken over');
    };
    await expect(createSmtpMail(server.url).send(mail, handing({ beforeMessage: refuse }))).rejects.toThrow('taken over');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.accepted).toEqual([]);
  });

  it('when the line breaks before the word is given, waits for the word, and sends nothing', async () => {
    const order: string[] = [];
    const beforeMessage = async () => {
      server.cut();
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push('word');
    };
    await expect(createSmtpMail(server.url).send(mail, handing({ beforeMessage }))).rejects.toThrow('closed');
    order.push('end');
    expect([order, server.read]).toEqual([['word', 'end'], []]);
  });

  it('when called off before the message, sends nothing', async () => {
    await expect(createSmtpMail(server.url).send(mail, handing({ signal: AbortSignal.abort() }))).rejects.toThrow('abort');
    expect(server.read).toEqual([]);
  });

  it('when called off after the first byte, is finished all the same', async () => {
    const off = new AbortController();
    const beforeMessage = async () => {
      setImmediate(() => off.abort());
    };
    expect((await createSmtpMail(server.url).send(mail, handing({ signal: off.signal, beforeMessage }))).state).toBe('handed-over');
  });

  it('signs in, and brings the server’s words when the password is wrong', async () => {
    const locked = await startMailServer({ user: 'sales', pass: 'p@ss' });
    expect((await createSmtpMail(locked.url.replace('p@ss', 'p%40ss')).send(mail, handing())).state).toBe('handed-over');
    expect(await createSmtpMail(locked.url.replace('p@ss', 'x')).send(mail, handing())).toEqual({
      state: 'refused',
      answer: expect.stringContaining('wrong password'),
    });
    await locked.close();
  });

  it('puts a name with line ends into no other header', async () => {
    await createSmtpMail(server.url).send({ ...mail, to: { name: 'A\r\nBcc: spy@x.example', email: mail.to.email } }, handing());
    expect(server.accepted[0]).not.toMatch(/^Bcc:/m);
  });

  it.each(['mail.hehe.example', 'http://mail.hehe.example', 'smtp://', 'smtp://u:secret@h?tls=maybe', 'smtp://u:secret@h?starttls=1'])(
    'refuses the address %s without showing it',
    (url) => {
      expect(() => createSmtpMail(url)).toThrow(SmtpUrlError);
      expect(() => createSmtpMail(url)).not.toThrow('secret');
    },
  );
});
