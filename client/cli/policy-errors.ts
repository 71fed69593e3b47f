/** Policies that cannot be used: everything that is wrong with them, by file, line and column. */
export class PolicyErrors extends Error {
  override readonly name = 'PolicyErrors';
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(errors.join('\n'));
    this.errors = errors;
  }
}
