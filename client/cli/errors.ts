import type { TextKey, TextValues } from '../../domain/texts/texts.js';

/** The exit codes; they are part of the interface and documented in docs/cli.md and `gendan --help`. */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  unavailable: 5,
  cannotStart: 6,
  internal: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command of the command line ended: a text for people, the exit code for programs. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitCode;
  readonly key: TextKey;
  readonly values: TextValues;
  constructor(exit: ExitCode, key: TextKey, values: TextValues = {}) {
    super(key);
    this.exit = exit;
    this.key = key;
    this.values = values;
  }
}

/** A problem that the API answered with; it is shown as it came, in the language that was asked for. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: { readonly status: number; readonly code: string; readonly message: string; readonly [member: string]: unknown };
  constructor(problem: ApiProblem['problem']) {
    super(problem.message);
    this.problem = problem;
  }

  get exit(): ExitCode {
    const { status } = this.problem;
    if (status === 404) return exitCodes.notFound;
    if (status === 401 || status === 403) return exitCodes.notAllowed;
    if (status === 503) return exitCodes.unavailable;
    return status >= 500 ? exitCodes.internal : exitCodes.refused;
  }
}

/** Policies that cannot be used: everything that is wrong with them, by file, line and column. */
export class PolicyErrors extends Error {
  override readonly name = 'PolicyErrors';
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(errors.join('\n'));
    this.errors = errors;
  }
}
