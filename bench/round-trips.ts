import pg from 'pg';

/** One statement sent to the database. */
export interface Sent {
  /** The name it is prepared under; undefined: it is not prepared. */
  readonly name: string | undefined;
  readonly text: string;
}

/** Listens to what the PostgreSQL clients of this process send. */
export interface RoundTrips {
  /** All statements, while `work` ran, of connections with this application name; each is one round trip. */
  during<T>(work: () => Promise<T>): Promise<{ readonly sent: readonly Sent[]; readonly result: T }>;
  stop(): void;
}

/** Starts listening to the connections of `application`; those of others are passed over. */
export function listenToRoundTrips(application: string): RoundTrips {
  const original = pg.Client.prototype.query;
  let log: Sent[] = [];
  function query(this: pg.Client, ...args: unknown[]): unknown {
    if (nameOf(this) === application) log.push(statementOf(args[0]));
    return Reflect.apply(original, this, args);
  }
  pg.Client.prototype.query = query as typeof original;
  return {
    async during(work) {
      log = [];
      const result = await work();
      return { sent: log, result };
    },
    stop() {
      pg.Client.prototype.query = original;
    },
  };
}

function nameOf(client: pg.Client): string | undefined {
  return (client as unknown as { readonly connectionParameters: { readonly application_name?: string } }).connectionParameters
    .application_name;
}

function statementOf(asked: unknown): Sent {
  if (typeof asked === 'string') return { name: undefined, text: asked };
  const { name, text } = asked as { readonly name?: string; readonly text?: string };
  return { name, text: text ?? '' };
}
