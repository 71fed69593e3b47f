import { Readable } from 'node:stream';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { Handing, MailAnswer, MailPort } from '../../ports/mail.js';
import { composeMail } from './compose.js';

/** How long a mail server may take, milliseconds. All of it stays below the time an effect has. */
export interface SmtpTimes {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Without a word from the server. */
  readonly silenceMs: number;
  /** From the connection to the last answer. */
  readonly allMs: number;
}
const usualTimes: SmtpTimes = { connectMs: 8_000, greetingMs: 8_000, silenceMs: 20_000, allMs: 45_000 };

/** The mail server's address is not usable. The message never shows the address, since it holds a password. */
export class SmtpUrlError extends Error {
  override readonly name = 'SmtpUrlError';
  readonly code = 'SMTP_URL_INVALID';
}

interface SmtpServer {
  readonly options: SMTPConnectionOptions;
  readonly login?: { readonly user: string; readonly pass: string };
}

/**
 * Reads `smtp://user:password@host:587` or `smtps://…:465`. With `?tls=required` mail is never sent in the clear; with `?tls=none` TLS is not tried
 * (a relay on the same machine); otherwise it is used where the server offers it.
 * @throws SmtpUrlError
 */
function readSmtpUrl(url: string): SmtpServer {
  if (!URL.canParse(url)) throw new SmtpUrlError('not an address');
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  if (protocol !== 'smtp:' && protocol !== 'smtps:') throw new SmtpUrlError('neither smtp:// nor smtps://');
  if (hostname === '') throw new SmtpUrlError('no host');
  const tls = searchParams.get('tls') ?? 'offered';
  const odd = [...searchParams.keys()].find((name) => name !== 'tls');
  if (odd !== undefined || !['offered', 'required', 'none'].includes(tls))
    throw new SmtpUrlError('the only setting is tls, which is required or none');
  const secure = protocol === 'smtps:';
  return {
    options: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      requireTLS: tls === 'required',
      ignoreTLS: tls === 'none',
      logger: false,
    },
    ...(username === '' ? {} : { login: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}

/**
 * Mail over SMTP, one connection a mail. What a server says with 5xx is final; 4xx, and whatever breaks before the message is sent, is thrown, to be
 * tried again; what breaks from then on leaves the outcome unknown.
 * @throws SmtpUrlError
 */
export function createSmtpMail(url: string, times: SmtpTimes = usualTimes): MailPort {
  const server = readSmtpUrl(url);
  return {
    route: 'smtp',
    async send(mail, handing) {
      const message = await composeMail(mail);
      handing.signal.throwIfAborted();
      return talk(server, times, { from: mail.from.email, to: mail.to.email, message }, handing);
    },
  };
}

interface Letter {
  readonly from: string;
  readonly to: string;
  readonly message: Buffer;
}

async function talk(server: SmtpServer, times: SmtpTimes, { from, to, message }: Letter, handing: Handing): Promise<MailAnswer> {
  const connection = new SMTPConnection({
    ...server.options,
    connectionTimeout: times.connectMs,
    greetingTimeout: times.greetingMs,
    socketTimeout: times.silenceMs,
    dnsTimeout: times.connectMs,
  });
  connection.on('error', () => undefined);
  const progress: Progress = { sending: false, over: false };
  const stop = stopper(connection, handing.signal, times.allMs, progress);
  try {
    await Promise.race([stop.stopped, step(connection, (done) => connection.connect(done))]);
    const { login } = server;
    if (login !== undefined) await Promise.race([stop.stopped, step(connection, (done) => connection.login(login, done))]);
    const body = bodyOf(message, handing, progress);
    const info = await Promise.race([
      stop.stopped,
      step<{ readonly response: string }>(connection, (done) => connection.send({ from, to: [to], size: message.length }, body, done)),
    ]);
    connection.quit();
    return { state: 'handed-over', answer: info?.response ?? '' };
  } catch (cause) {
    progress.over = true;
    connection.close();
    await progress.word?.catch(() => undefined);
    return verdict(cause, progress.sending);
  } finally {
    stop.end();
  }
}

/** One exchange with the server; an error of the connection ends it too. */
function step<Result>(
  connection: SMTPConnection,
  start: (done: (error?: Error | null, result?: Result) => void) => void,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the mail server closed the connection')));
    start((error, result) => {
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    });
  });
}

/** How far a mail has come. */
interface Progress {
  /** The first byte of the message has been given to the connection: nobody can say any more that it was not sent. */
  sending: boolean;
  /** It has ended without the server's word. */
  over: boolean;
  /** The word before the message, under way or given. Whoever sends is answered after it: what it writes down comes before how it ended. */
  word?: Promise<void>;
}

/** The message as a stream, which the connection reads when the server has said that it may come. The word is given before its first byte. */
function bodyOf(message: Buffer, { signal, beforeMessage }: Handing, progress: Progress): Readable {
  async function* body() {
    signal.throwIfAborted();
    progress.word = beforeMessage();
    await progress.word;
    if (progress.over) throw new Error('the connection ended before the message');
    progress.sending = true;
    yield message;
  }
  return Readable.from(body(), { objectMode: false });
}

/** Rejects when time is up, or when the mail is called off and nothing of it has been sent. */
function stopper(connection: SMTPConnection, signal: AbortSignal, allMs: number, progress: Progress) {
  let end = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (reason: Error) => {
      reject(reason);
      connection.close();
    };
    const timer = setTimeout(() => stop(new Error('the mail server took too long')), allMs);
    const calledOff = () => {
      if (!progress.sending) stop(new Error('the mail was called off'));
    };
    signal.addEventListener('abort', calledOff, { once: true });
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', calledOff);
    };
  });
  stopped.catch(() => undefined);
  return { stopped, end: () => end() };
}

/** A server's own word counts whenever it came; without one, it depends on whether the message was on its way. */
function verdict(cause: unknown, sending: boolean): MailAnswer {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : 0;
  const words = 'response' in error && typeof error.response === 'string' ? error.response : error.message;
  if (status >= 500) return { state: 'refused', answer: words };
  // the server takes no mail of this size, and has said so before the message
  if (status === 0 && !sending && 'code' in error && error.code === 'EMESSAGE') return { state: 'refused', answer: words };
  if (status >= 400 || !sending) throw new Error(`the mail was not taken: ${words}`, { cause });
  return { state: 'unknown', answer: words };
}
