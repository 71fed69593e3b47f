import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** How the server treats the next mail: it accepts it, says an answer, or cuts the line. */
export type Treatment =
  | 'accept'
  | 'cut-after-message'
  | 'cut-before-message'
  /** Accepts it, and answers once let go. */
  | 'slow'
  | { readonly at: 'addressee' | 'message'; readonly code: number; readonly words: string };

export interface MailServer {
  readonly url: string;
  /** Whole messages it has accepted, and those it read before it cut the line. */
  readonly accepted: string[];
  readonly read: string[];
  /** How the coming mails are treated, one after the other; afterwards all are accepted. */
  readonly next: Treatment[];
  /** Lets slow answers go. */
  letGo(): void;
  /** Cuts every line there is. */
  cut(): void;
  close(): Promise<void>;
}

/** A real SMTP server on the loopback, without TLS, that can misbehave. */
export async function startMailServer(
  options: { readonly user?: string; readonly pass?: string; readonly size?: number; readonly port?: number } = {},
): Promise<MailServer> {
  const accepted: string[] = [];
  const read: string[] = [];
  const next: Treatment[] = [];
  const held: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const cutLine = ({ remotePort }: SMTPServerSession) => {
    for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
  };
  const answer = ({ code, words }: { code: number; words: string }) => Object.assign(new Error(words), { responseCode: code });
  const server = new SMTPServer({
    hideSTARTTLS: true,
    ...(options.size === undefined ? {} : { size: options.size }),
    allowInsecureAuth: true,
    authOptional: options.user === undefined,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      username === options.user && password === options.pass
        ? done(null, { user: username })
        : done(answer({ code: 535, words: 'wrong password' })),
    onRcptTo(_address, session, done) {
      const treatment = next[0];
      if (treatment === 'cut-before-message') {
        next.shift();
        cutLine(session);
      } else if (typeof treatment === 'object' && treatment.at === 'addressee') {
        next.shift();
        done(answer(treatment));
      } else done();
    },
    onData(stream, session, done) {
      const treatment = next.shift() ?? 'accept';
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const message = Buffer.concat(chunks).toString('utf8');
        read.push(message);
        if (treatment === 'cut-after-message') cutLine(session);
        else if (typeof treatment === 'object') done(answer(treatment));
        else {
          accepted.push(message);
          if (treatment === 'slow') held.push(() => done());
          else done();
        }
      });
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const who = options.user === undefined ? '' : `${options.user}:${options.pass ?? ''}@`;
  return {
    url: `smtp://${who}127.0.0.1:${port}`,
    accepted,
    read,
    next,
    cut,
    letGo: () => {
      for (const go of held.splice(0)) go();
    },
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
