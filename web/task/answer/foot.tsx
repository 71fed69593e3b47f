import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useZone } from '../../api/me.js';
import { Alert, faultWords } from '../../parts/alert.js';
import { useNow } from '../../parts/now.js';
import { momentOf } from '../../parts/time.js';
import { useReader, useSay } from '../../texts/texts.js';
import { commandTask } from '../commands.js';
import type { Task, TaskVerb } from '../queries.js';
import type { QueuePlace } from '../use-queue.js';
import type { AnswerState } from './use-answer.js';
import { VerbMenu } from './verb-menu.js';
import { VerbPanel } from './verb-panel.js';

interface FootProps {
  readonly task: Task;
  readonly answer: AnswerState;
  readonly allowed: boolean;
  readonly gaps: number;
  readonly sending: boolean;
  readonly onSend: () => void;
  readonly queue: QueuePlace;
}

/** The one button of the page, what is missing before it, and beside it what is done rarely. */
export function Foot({ task, answer, allowed, gaps, sending, onSend, queue }: FootProps) {
  const say = useSay();
  const [verb, setVerb] = useState<TaskVerb>();
  const whyNot = task.verbs.find((one) => one.verb === 'complete')?.whyNot?.sentence;
  const claim = task.verbs.find((one) => one.verb === 'claim');
  return (
    <div className="foot">
      {verb === undefined ? null : <VerbPanel key={verb.verb} task={task} verb={verb} queue={queue} onDone={() => setVerb(undefined)} />}
      <div className="foot-bar">
        {allowed ? (
          <SendButton answer={answer} gaps={gaps} sending={sending} onSend={onSend} />
        ) : (
          <span className="foot-why">{whyNot ?? task.stateName}</span>
        )}
        {claim?.allowed === true && task.claimedBy === undefined ? <Claim task={task} name={claim.name} /> : null}
        <VerbMenu task={task} onChosen={setVerb} />
        <DraftWords answer={answer} zoneOf={task.company} />
        {whyNot === undefined || allowed ? null : <span className="hidden-text">{say('web.task.read-only')}</span>}
      </div>
    </div>
  );
}

function SendButton({ answer, gaps, sending, onSend }: Pick<FootProps, 'answer' | 'gaps' | 'sending' | 'onSend'>) {
  const say = useSay();
  const { outcome } = answer;
  if (outcome === undefined)
    return (
      <button type="button" className="button button-first" onClick={() => document.querySelector<HTMLElement>('.answer input')?.focus()}>
        {say('web.answer.choose')}
      </button>
    );
  return (
    <button type="button" className="button button-first" disabled={sending} onClick={onSend}>
      {gaps > 0 ? say('web.answer.gaps', { n: gaps }) : outcome.name}
      {sending ? <span className="hidden-text">{say('web.answer.sending')}</span> : null}
    </button>
  );
}

function Claim({ task, name }: { readonly task: Task; readonly name: string }) {
  const say = useSay();
  const queries = useQueryClient();
  const claim = useMutation({
    mutationFn: () => commandTask(task, { verb: 'claim' }, crypto.randomUUID()),
    onSettled: () =>
      queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind === 'task' || kind === 'tasks' || kind === 'counts' }),
  });
  return (
    <>
      <button type="button" className="button foot-claim" disabled={claim.isPending} onClick={() => claim.mutate()}>
        {name}
      </button>
      {claim.error === null ? null : (
        <Alert tone="late" role="alert">
          {faultWords(claim.error, say)}
        </Alert>
      )}
    </>
  );
}

/** Where what was typed is by now. */
function DraftWords({ answer, zoneOf }: { readonly answer: AnswerState; readonly zoneOf: string }) {
  const { say, language } = useReader();
  const zone = useZone(zoneOf);
  const now = useNow();
  const { draft } = answer;
  const words = {
    none: () => '',
    saving: () => say('web.draft.saving'),
    device: () => say('web.draft.device'),
    saved: () => (draft.kind === 'saved' ? say('web.draft.saved', { at: momentOf(draft.at, { language, now, zone }) }) : ''),
  };
  return (
    <span className="foot-draft quiet small" role="status">
      {words[draft.kind]()}
    </span>
  );
}
