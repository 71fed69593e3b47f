import { useMe, usePeople } from '../api/me.js';
import { Alert } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';
import { outcomesOf } from './answer/form-model.js';
import type { Task } from './queries.js';

/** What one has to know before answering: what went wrong, what changed since, for whom one acts, who was faster. */
export function TaskNotes({ task, zone }: { readonly task: Task; readonly zone: string }) {
  const { say, language } = useReader();
  const people = usePeople(task.company);
  const now = useNow();
  const actingFor = task.whyMine?.actingFor;
  return (
    <>
      {actingFor === undefined ? null : <Alert tone="note">{say('web.task.acting-for', { person: people.get(actingFor) ?? '…' })}</Alert>}
      {task.state === 'open' || task.state === 'suspended' ? null : <Closed task={task} zone={zone} />}
      {task.failure === undefined ? null : <Alert tone="late">{task.failure.sentence}</Alert>}
      {task.refusal === undefined ? null : <Alert tone="soon">{task.refusal.sentence}</Alert>}
      {Object.entries(task.refusals ?? {}).map(([line, { sentence }]) => (
        <Alert key={line} tone="soon">
          {sentence}
        </Alert>
      ))}
      {task.findings === undefined || task.findings.length === 0 ? null : (
        <Alert tone="soon">
          <strong>{say('web.task.findings')}</strong>
          <ul className="task-changes">
            {task.findings.map(({ id, sentence }) => (
              <li key={id}>{sentence}</li>
            ))}
          </ul>
        </Alert>
      )}
      {task.changed === undefined || task.changed.count === 0 ? null : (
        <Alert tone="soon">
          <strong>{say('web.task.changed', { at: momentOf(task.changed.since, { language, now, zone }) })}</strong>
          <ul className="task-changes">
            {task.changed.items.map(({ line = '', field, sentence }) => (
              <li key={`${line}/${field}`}>{sentence}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}

/** Somebody answered it: who, when, how. */
function Closed({ task, zone }: { readonly task: Task; readonly zone: string }) {
  const { say, language } = useReader();
  const me = useMe();
  const people = usePeople(task.company);
  const now = useNow();
  if (task.closedBy === undefined || task.closedAt === undefined || task.state !== 'completed')
    return <Alert tone="soon">{say('web.task.not-needed', { state: task.stateName })}</Alert>;
  const outcome = outcomesOf(task.form.schema).find(({ id }) => id === task.outcome)?.name ?? task.stateName;
  const at = momentOf(task.closedAt, { language, now, zone });
  const person = people.get(task.closedBy) ?? '…';
  return (
    <Alert tone="done" role="status">
      {task.closedBy === me.id ? say('web.task.answered-by-you', { at, outcome }) : say('web.task.answered', { person, at, outcome })}
    </Alert>
  );
}
