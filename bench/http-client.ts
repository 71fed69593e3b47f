import { Agent, request } from 'node:http';
import type { Json } from '../domain/json.js';

/** An answer of the API. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Asks the API over connections that are kept open; as cheap as Node allows, since the driver's time counts as the leg's. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly url: URL;

  constructor(url: string) {
    this.url = new URL(url);
  }

  get<Body>(path: string, token: string): Promise<Answer<Body>> {
    return this.send('GET', path, { authorization: `Bearer ${token}` });
  }

  post<Body>(path: string, token: string, key: string, body: Json): Promise<Answer<Body>> {
    return this.send(
      'POST',
      path,
      { authorization: `Bearer ${token}`, 'idempotency-key': key, 'content-type': 'application/json' },
      JSON.stringify(body),
    );
  }

  close(): void {
    this.agent.destroy();
  }

  private send<Body>(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer<Body>> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: this.url.hostname, port: this.url.port, agent: this.agent, method, path, headers: { ...headers, ...length } },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.once('error', reject);
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: parse(Buffer.concat(parts).toString()) as Body }));
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

function parse(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
