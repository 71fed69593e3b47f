/** An inbox together with how far SQL was when it was read. */
export interface Inbox {
  readonly seq: number;
  readonly tasks: readonly string[];
}
