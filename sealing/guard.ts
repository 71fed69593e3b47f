/**
 * What stands before the handlers of every workflow: a message whose seal is not right comes to none of them. A start that is not sealed leaves its
 * workflow task failing, since it may be one that the switch to sealed messages has missed; an update is refused; one that a foreign worker
 * has put into the history all the same changes nothing; a signal is passed over. What is given on is given on in the same moment, so that
 * histories of before replay as they were.
 *
 * It is JavaScript as text, because it is put before the handlers of bundles that were built long ago: those of editions that open cases are
 * pinned to. Who may speak to a case is a matter of the release that serves it, not of its edition.
 */
const guard = `
;(() => {
  const { importInterceptors } = __TEMPORAL__;
  const slippedIn = (args) => args.some((arg) => arg !== null && typeof arg === 'object' && 'gendan:unsealed' in arg);
  const isMeant = ({ args, updateId }) => {
    const last = args[args.length - 1];
    const updates = last !== null && typeof last === 'object' ? last['gendan:for'] : undefined;
    return !slippedIn(args) && (Array.isArray(updates) ? updates.includes(updateId) : updates === updateId);
  };
  const unsealed = () => new Error('UNSEALED');
  const given = (input) => ({ ...input, args: input.args.slice(0, -1) });
  const inbound = {
    execute: (input, next) => (slippedIn(input.args) ? Promise.reject(unsealed()) : next(input)),
    validateUpdate: (input, next) => {
      if (!isMeant(input)) throw unsealed();
      next(given(input));
    },
    handleUpdate: (input, next) => (isMeant(input) ? next(given(input)) : Promise.resolve(null)),
    handleSignal: (input, next) => (slippedIn(input.args) ? Promise.resolve() : next(input)),
    handleQuery: (input, next) => (slippedIn(input.args) ? Promise.reject(unsealed()) : next(input)),
  };
  __TEMPORAL__.importInterceptors = () => [...importInterceptors(), { interceptors: () => ({ inbound: [inbound] }) }];
})();
`;

const sourceMap = '//# sourceMappingURL=data:';

/** A workflow bundle with the guard before its handlers. */
export function guarded(code: string): string {
  const at = code.lastIndexOf(sourceMap);
  if (at < 0) throw new Error('a workflow bundle ends with its source map');
  return `${code.slice(0, at)}${guard}${code.slice(at)}`;
}
