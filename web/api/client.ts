import type { Operations, Schemas } from './types.js';

export type Operation = keyof Operations;
export type Answer<O extends Operation> = Operations[O]['answer'];
export type Problem = Schemas['Problem'];

/** The API said no, with a code and a sentence in the reader's language. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The API could not be asked, or its answer was lost on the way. */
export class NoConnection extends Error {}

interface Asked<O extends Operation> {
  readonly params?: Operations[O]['params'];
  readonly query?: Operations[O]['query'];
  readonly body?: Operations[O]['body'];
  /** Names a decision, so that sending it again does nothing twice. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

let language = 'en';
/** The language that answers are to come in. */
export function answerIn(wanted: string): void {
  language = wanted;
}

/**
 * Asks the API.
 * @throws ApiProblem, NoConnection
 */
export async function ask<O extends Operation>(operation: O, { params, query, body, key, signal }: Asked<O> = {}): Promise<Answer<O>> {
  const [method = 'GET', path = ''] = operation.split(' ');
  const response = await fetch(urlOf(path, params ?? {}, query ?? {}), {
    method,
    headers: {
      'accept-language': language,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw signal?.aborted === true ? error : new NoConnection();
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer<O>;
  if (isProblem(answer)) throw new ApiProblem(answer);
  throw new NoConnection();
}

function urlOf(path: string, params: object, query: object): string {
  const filled = Object.entries(params).reduce((url, [name, value]) => url.replace(`{${name}}`, encodeURIComponent(String(value))), path);
  const asked = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return asked.length === 0 ? filled : `${filled}?${new URLSearchParams(asked)}`;
}

const isProblem = (answer: unknown): answer is Problem =>
  typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer;

export const codeOf = (error: unknown): string | undefined => (error instanceof ApiProblem ? error.problem.code : undefined);

/** No session, or no longer one. */
export const isSignedOut = (error: unknown): boolean => ['TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_REVOKED'].includes(codeOf(error) ?? '');
