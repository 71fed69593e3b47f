import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMe } from '../api/me.js';
import { Alert, faultWords } from '../parts/alert.js';
import { useSay } from '../texts/texts.js';
import { commandTask } from './commands.js';
import { type Result, tellResult, useResult } from './result.js';

/** What was recorded, with whom the order is now, and the way back as long as there is one. */
export function ResultStrip() {
  const result = useResult();
  return result === undefined ? null : <Strip key={result.task.id} result={result} />;
}

function Strip({ result }: { readonly result: Result }) {
  const say = useSay();
  const me = useMe();
  const queries = useQueryClient();
  const { task, said, answer } = result;
  const undo = useMutation({
    mutationFn: () => commandTask({ id: task.id, rev: answer.task.rev }, { verb: 'withdraw' }, crypto.randomUUID()),
    onSuccess: async () => {
      tellResult(undefined);
      await queries.invalidateQueries();
    },
  });
  const roles = me.roles.filter(({ company }) => company === task.company).map(({ role }) => role);
  const mine = answer.openTasks.find(
    ({ id, seats }) =>
      id !== task.id &&
      seats.some(
        ({ state, candidates }) =>
          state === undefined && candidates.some(({ role, person }) => person === me.id || (role !== undefined && roles.includes(role))),
      ),
  );
  const next = answer.openTasks.filter(({ id }) => id !== mine?.id && id !== task.id);
  return (
    <Alert
      tone="done"
      role="status"
      actions={
        <>
          {mine === undefined ? null : (
            <Link to="/task/$taskId" params={{ taskId: mine.id }} className="button button-small">
              {say('web.result.yours', { step: mine.name })}
            </Link>
          )}
          <Link to="/case/$caseId" params={{ caseId: task.caseId }} className="button button-small">
            {say('web.result.case')}
          </Link>
          <button type="button" className="button button-small" disabled={undo.isPending} onClick={() => undo.mutate()}>
            {say('web.result.undo')}
          </button>
          <button type="button" className="button button-small button-plain" onClick={() => tellResult(undefined)}>
            {say('web.close')}
          </button>
        </>
      }
    >
      <strong>{say('web.result.done', { number: task.number, step: task.name, said })}</strong>{' '}
      {next.length === 0 ? null : say('web.result.next', { steps: next.map(({ name }) => name).join(', ') })}
      {undo.error === null ? null : <p className="field-fault">{faultWords(undo.error, say)}</p>}
    </Alert>
  );
}
