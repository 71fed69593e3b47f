import type { Locale } from '../../domain/texts/texts.js';
import { ApiProblem, CliError, exitCodes } from './errors.js';

/** The running API, as one person. */
export interface ApiClient {
  get<T>(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<T>;
  /** What is not JSON, such as a PDF. */
  bytes(path: string, method?: 'GET' | 'POST'): Promise<Uint8Array>;
  post<T>(path: string, body: object, key: string): Promise<T>;
  put<T>(path: string, body: object): Promise<T>;
  remove<T>(path: string): Promise<T>;
}

interface Init {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Longer than the API itself takes to give up. */
const withinMs = 45_000;

/** A client of the API at `url`; everything it answers is in `locale`. */
export function createApiClient({
  url,
  token,
  locale,
}: {
  readonly url: string;
  readonly token: string;
  readonly locale: Locale;
}): ApiClient {
  const send = (path: string, init: Init): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'accept-language': locale, ...init.headers },
      signal: AbortSignal.timeout(withinMs),
    }).catch((error: unknown) => {
      throw new CliError(exitCodes.unavailable, 'cli.api-unreachable', { url, reason: reasonOf(error) });
    });
  const failed = (status: number, body: unknown): Error =>
    isProblem(body) ? new ApiProblem(body) : new CliError(exitCodes.unavailable, 'cli.api-strange', { url, status });
  const call = async (path: string, init: Init): Promise<unknown> => {
    const answer = await send(path, init);
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.ok && body !== undefined) return body;
    throw failed(answer.status, body);
  };
  return {
    bytes: async (path, method = 'GET') => {
      const answer = await send(path, { method });
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      throw failed(answer.status, await answer.json().catch(() => undefined));
    },
    get: async <T>(path: string, query: Readonly<Record<string, string | undefined>> = {}) => {
      const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return (await call(given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`, { method: 'GET' })) as T;
    },
    remove: async <T>(path: string) => (await call(path, { method: 'DELETE' })) as T,
    put: async <T>(path: string, body: object) =>
      (await call(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })) as T,
    post: async <T>(path: string, body: object, key: string) =>
      (await call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      })) as T,
  };
}

function isProblem(body: unknown): body is ApiProblem['problem'] {
  return (
    typeof body === 'object' && body !== null && 'code' in body && 'message' in body && 'status' in body && typeof body.status === 'number'
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.message : error.name;
}
