import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiProblem, codeOf } from '../../api/client.js';
import { Alert, faultWords } from '../../parts/alert.js';
import { focusField } from '../../parts/focus-field.js';
import { useSay } from '../../texts/texts.js';
import { decide } from '../commands.js';
import type { Task } from '../queries.js';
import { tellResult } from '../result.js';
import type { QueuePlace } from '../use-queue.js';
import { AnswerForm } from './answer-form.js';
import { Foot } from './foot.js';
import { useAnswer } from './use-answer.js';
import { answerOf, gapsOf, isEmpty } from './values.js';

interface AnswerPartProps {
  readonly task: Task;
  readonly queue: QueuePlace;
}

/** Where a fault of the answer lies, by JSON pointer into it. */
export type Faults = Readonly<Record<string, string>>;

/** The form and the bar below it. What was typed stays, whatever becomes of the task. */
export function AnswerPart({ task, queue }: AnswerPartProps) {
  const say = useSay();
  const may = task.verbs.find(({ verb }) => verb === 'complete');
  const allowed = may?.allowed === true;
  const answer = useAnswer(task, allowed);
  const [showGaps, setShowGaps] = useState(false);
  const { outcome, values } = answer;
  const gaps = outcome === undefined ? [] : gapsOf(outcome, values);
  const sent = useSent(task, queue, answer.forget);
  const readOnly = !allowed || sent.isPending;
  const faults = {
    ...(showGaps ? Object.fromEntries(gaps.map(({ field }) => [field, say('web.form.missing')])) : {}),
    ...faultsIn(sent.error),
  };
  const send = (): void => {
    if (outcome === undefined || readOnly) return;
    setShowGaps(gaps.length > 0);
    const [gap] = gaps;
    if (gap === undefined) sent.mutate({ data: answerOf(outcome, values), said: outcome.name });
    else focusField(gap.field);
  };
  return (
    <>
      {allowed || !answer.ready || answer.isEmpty ? null : <Kept values={values} />}
      {answer.elsewhere === undefined ? null : (
        <Alert
          tone="soon"
          role="alert"
          actions={
            <button type="button" className="button button-small" onClick={answer.useOther}>
              {say('web.draft.use-other')}
            </button>
          }
        >
          {say('web.draft.other-tab')}
        </Alert>
      )}
      {allowed && answer.outcomes.length > 0 ? (
        <AnswerForm task={task} answer={answer} faults={faults} disabled={sent.isPending} onSend={send} />
      ) : null}
      {sent.error === null || sent.isPending ? null : <Refused error={sent.error} task={task} again={send} />}
      {sent.waiting ? (
        <Alert tone="soon" role="alert">
          {say('web.answer.waiting')}
        </Alert>
      ) : null}
      <Foot task={task} answer={answer} allowed={allowed} gaps={gaps.length} sending={sent.isPending} onSend={send} queue={queue} />
    </>
  );
}

/** Sends a decision once, and goes on to what comes next. */
function useSent(task: Task, { after, before, open }: QueuePlace, forget: () => void) {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState(false);
  const key = useRef('');
  const sent = useMutation({
    mutationFn: ({ data }: { readonly data: Record<string, unknown>; readonly said: string }) => {
      key.current = crypto.randomUUID();
      const { signal } = new AbortController();
      return decide(task, { verb: 'complete', data }, { key: key.current, signal, onWaiting: () => setWaiting(true) });
    },
    onSuccess: async (answer, { said }) => {
      setWaiting(false);
      forget();
      tellResult({ task, said, answer });
      if (answer.task.state !== 'open') open(after ?? before);
      await queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'me' && kind !== 'people' });
    },
    onError: (error) => {
      setWaiting(false);
      // Whatever stood against it is new to this page.
      if (error instanceof ApiProblem) void queries.invalidateQueries({ queryKey: ['task', task.caseId] });
    },
  });
  return { ...sent, waiting };
}

/** The API's faults by field, told beside it. */
function faultsIn(error: unknown): Faults {
  if (!(error instanceof ApiProblem)) return {};
  const { field, message, errors = [] } = error.problem;
  const all = errors.length > 0 ? errors : field === undefined ? [] : [{ field, message }];
  return Object.fromEntries(all.map((one) => [one.field.replace(/^\/data/, ''), one.message]));
}

function Refused({ error, task, again }: { readonly error: unknown; readonly task: Task; readonly again: () => void }) {
  const say = useSay();
  const changed = codeOf(error) === 'TASK_CHANGED' && task.state === 'open';
  return (
    <Alert
      tone="late"
      role="alert"
      actions={
        changed ? (
          <button type="button" className="button button-small" onClick={again}>
            {say('web.answer.send-anyway')}
          </button>
        ) : undefined
      }
    >
      {faultWords(error, say)}
    </Alert>
  );
}

/** What somebody had typed when the task was taken from under them. */
function Kept({ values }: { readonly values: Readonly<Record<string, unknown>> }) {
  const say = useSay();
  const [copied, setCopied] = useState(false);
  if (isEmpty(values)) return null;
  const text = textsIn(values).join('\n');
  if (text === '') return null;
  return (
    <Alert
      tone="note"
      actions={
        <button
          type="button"
          className="button button-small"
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {say(copied ? 'web.answer.copied' : 'web.answer.copy')}
        </button>
      }
    >
      {say('web.answer.kept')}
      <pre className="kept">{text}</pre>
    </Alert>
  );
}

function textsIn(values: unknown): readonly string[] {
  if (typeof values === 'string') return [values];
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values).flatMap(([name, value]) => (name === 'outcome' ? [] : textsIn(value)));
}
