import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import './task.css';
import { useZone } from '../api/me.js';
import { Facts } from '../facts/facts.js';
import { Fault } from '../parts/alert.js';
import { usePageTitle } from '../parts/page-title.js';
import { usePageKeys } from '../shell/keys.js';
import { useReader } from '../texts/texts.js';
import { AnswerPart } from './answer/answer-part.js';
import { type Task, taskQuery } from './queries.js';
import { ResultStrip } from './result-strip.js';
import { Seats } from './seats.js';
import { Side } from './side.js';
import { TaskHead } from './task-head.js';
import { TaskNotes } from './task-notes.js';
import { type QueuePlace, useQueue } from './use-queue.js';

const route = getRouteApi('/task/$taskId');

/** One task: what is asked, what it is about, and the answer. */
export function TaskPage() {
  const { say, language } = useReader();
  const { taskId } = route.useParams();
  const queue = useQueue(taskId, route.useSearch());
  const { data: task, error, refetch } = useQuery(taskQuery({ id: taskId }, language));
  useTaskKeys(queue);
  useAhead(queue.after);
  usePageTitle(task === undefined ? say('web.task') : `${task.name} ${task.number}`);
  if (task === undefined)
    return (
      <main className="page">
        <ResultStrip />
        {error === null ? null : (
          <>
            <h1>{say('web.task')}</h1>
            <Fault error={error} again={() => void refetch()} />
            <Link to="/inbox/$view" params={{ view: 'mine' }}>
              {say('web.nav.inbox')}
            </Link>
          </>
        )}
      </main>
    );
  return <TaskView key={task.id} task={task} queue={queue} />;
}

function TaskView({ task, queue }: { readonly task: Task; readonly queue: QueuePlace }) {
  const zone = useZone(task.company);
  const perLine = task.lines !== undefined;
  return (
    <main className={perLine ? 'task task-wide' : 'task'}>
      <TaskHead task={task} queue={queue} zone={zone} />
      <div className="task-body">
        <div className="task-main">
          <ResultStrip />
          <TaskNotes task={task} zone={zone} />
          <Facts facts={task.facts} without={perLine ? ['findings', 'lines'] : ['findings']} />
          <Seats task={task} zone={zone} />
          <AnswerPart task={task} queue={queue} />
        </div>
        <Side task={task} />
      </div>
    </main>
  );
}

/** j and k go through the list, Escape goes back to it, o opens the case. */
function useTaskKeys({ before, after, open }: QueuePlace): void {
  usePageKeys(
    useCallback(
      (key, event) => {
        if (key === 'j' && after !== undefined) open(after);
        else if (key === 'k' && before !== undefined) open(before);
        else if (key === 'Escape') open(undefined);
        else if (key === 'o') document.querySelector<HTMLElement>('.task-case')?.click();
        else if (key === 'a') document.querySelector<HTMLElement>('.answer input, .answer textarea, .foot .button-first')?.focus();
        else if (key === 'c') document.querySelector<HTMLElement>('.foot-claim')?.click();
        else return;
        event.preventDefault();
      },
      [before, after, open],
    ),
  );
}

/** What comes next is read before it is asked for. */
function useAhead(next: string | undefined): void {
  const { language } = useReader();
  const queries = useQueryClient();
  useEffect(() => {
    if (next !== undefined) void queries.prefetchQuery(taskQuery({ id: next }, language));
  }, [queries, next, language]);
}
