import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { errorCode, StartupError } from './startup-error.js';

const host = '127.0.0.1';

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw error;
  }
}

/**
 * Where the embedded servers listen: below the ports that systems give to outgoing connections and to whoever asks for any (32768 and up on Linux,
 * 49152 elsewhere). One of those can be gone before its server listens: Temporal alone asks for a dozen when it starts.
 */
const range = { from: 20_000, to: 32_000 };
const draws = 100;

/** The remembered port if it is still free, else another one of 127.0.0.1. */
export async function freePort(remembered?: number): Promise<number> {
  if (remembered !== undefined && (await isPortFree(remembered))) return remembered;
  for (let draw = 0; draw < draws; draw++) {
    const port = randomInt(range.from, range.to);
    if (await isPortFree(port)) return port;
  }
  return listenOnce(0);
}

/**
 * Refuses a port that another program holds. `setting` names what the person can change, for example `PORT`.
 * @throws StartupError PORT_TAKEN
 */
export async function requirePort(port: number, setting: string): Promise<void> {
  if (!(await isPortFree(port))) throw new StartupError('PORT_TAKEN', { port, setting });
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}
