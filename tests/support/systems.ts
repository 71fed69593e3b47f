import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../domain/json.js';
import { type Call, type EffectPort, type Outside, PermanentFailure } from '../../ports/outside.js';

/**
 * How the outside system behaves towards a case: `down` answers nothing and does nothing; `slow` does what it is told and answers once let
 * go; `refuses` says no for good; `cut` does what it is told and breaks the line instead of answering.
 */
type Manner = 'up' | 'down' | 'slow' | 'refuses' | 'cut';

/** Something the system was told and did. `standing`: what it was told to change or take back. */
export interface Deed {
  readonly idempotencyKey: string;
  readonly action: 'do' | 'revise' | 'undo';
  readonly input: Json;
  readonly standing?: Json;
}
interface Told extends Deed {
  readonly caseId: string;
}

/** An outside system on a port of its own. It does not know the same key again: doing a thing once is the engine's business. */
export class OutsideSystem {
  readonly outside: Outside;
  private readonly deeds = new Map<string, Deed[]>();
  private readonly asked = new Map<string, string[]>();
  private readonly manners = new Map<string, Manner>();
  private readonly held = new Map<string, (() => void)[]>();
  private readonly tries = new Map<string, number>();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  private constructor() {
    const port = overHttp(() => `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
    this.outside = { effects: { post: port, send: port, reserve: port }, readings: {} };
  }

  static async start(): Promise<OutsideSystem> {
    const system = new OutsideSystem();
    system.server.listen(0, '127.0.0.1');
    await once(system.server, 'listening');
    return system;
  }

  /** From now on it behaves so towards a case; what was held back goes on. */
  become(caseId: string, manner: Manner): void {
    this.manners.set(caseId, manner);
    for (const go of this.held.get(caseId) ?? []) go();
    this.held.delete(caseId);
  }

  /** What it did for a case, in order. */
  done(caseId: string): readonly Deed[] {
    return this.deeds.get(caseId) ?? [];
  }

  /** How often it was told to do something for a case, done or not. */
  tried(caseId: string): number {
    return this.tries.get(caseId) ?? 0;
  }

  /** The keys it was asked about for a case, in order. */
  askedFor(caseId: string): readonly string[] {
    return this.asked.get(caseId) ?? [];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const told = JSON.parse(await bodyOf(request)) as Told;
    const { caseId } = told;
    const manner = this.manners.get(caseId) ?? 'up';
    if (request.url === '/find') {
      if (manner === 'down') return void response.destroy();
      this.asked.set(caseId, [...this.askedFor(caseId), told.idempotencyKey]);
      const found = this.done(caseId).find(({ idempotencyKey }) => idempotencyKey === told.idempotencyKey);
      return void response.end(JSON.stringify(found === undefined ? {} : { found: resultOf(found) }));
    }
    this.tries.set(caseId, this.tried(caseId) + 1);
    if (manner === 'down') return void response.destroy();
    if (manner === 'refuses')
      return void response.writeHead(422).end(JSON.stringify({ code: 'ARTICLE_UNKNOWN', detail: 'no such article' }));
    const { caseId: _case, ...deed } = told;
    this.deeds.set(caseId, [...this.done(caseId), deed]);
    if (manner === 'cut') return void response.destroy();
    if (manner === 'slow') await new Promise<void>((go) => this.held.set(caseId, [...(this.held.get(caseId) ?? []), go]));
    response.end(JSON.stringify(resultOf(deed)));
  }
}

const resultOf = ({ action, input }: Deed): Json => ({ [action]: input });

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** The port to the system, as an adapter over HTTP has it. */
function overHttp(address: () => string): EffectPort {
  const send = async (path: string, { signal, caseId, idempotencyKey }: Call, more: object = {}): Promise<Json> => {
    const response = await fetch(`${address()}/${path}`, {
      method: 'POST',
      signal,
      body: JSON.stringify({ caseId, idempotencyKey, ...more }),
    });
    if (response.status !== 422) return (await response.json()) as Json;
    const { code, detail } = (await response.json()) as { readonly code: string; readonly detail: string };
    throw new PermanentFailure(code, detail);
  };
  return {
    find: async (call) => ((await send('find', call)) as { readonly found?: Json }).found,
    do: (input, call) => send('deed', call, { action: 'do', input }),
    revise: ({ input: standing }, input, call) => send('deed', call, { action: 'revise', standing, input }),
    undo: async ({ input: standing }, call) => void (await send('deed', call, { action: 'undo', standing, input: standing })),
  };
}
