import { Link } from '@tanstack/react-router';
import { Due } from '../parts/due.js';
import { useSay } from '../texts/texts.js';
import type { Task } from './queries.js';
import type { QueuePlace } from './use-queue.js';

interface TaskHeadProps {
  readonly task: Task;
  readonly queue: QueuePlace;
  readonly zone: string;
}

/** What is asked, of which order, by when; and the way through the list. */
export function TaskHead({ task, queue, zone }: TaskHeadProps) {
  const say = useSay();
  const { index, length, before, after, open, view, filter } = queue;
  return (
    <header className="task-head">
      <div className="task-crumbs">
        {view === undefined ? (
          <Link to="/case/$caseId" params={{ caseId: task.caseId }} className="back">
            ‹ {task.number}
          </Link>
        ) : (
          <Link to="/inbox/$view" params={{ view }} search={filter} className="back">
            ‹ {say('web.nav.inbox')}
          </Link>
        )}
        {index < 0 ? null : (
          <span className="task-place">
            <span className="quiet small">{say('web.task.place', { n: index + 1, of: length })}</span>
            <button type="button" className="button button-small" disabled={before === undefined} onClick={() => open(before)}>
              ‹ <span className="hidden-text">{say('web.task.before')}</span>
              <kbd aria-hidden="true">k</kbd>
            </button>
            <button type="button" className="button button-small" disabled={after === undefined} onClick={() => open(after)}>
              <kbd aria-hidden="true">j</kbd> <span className="hidden-text">{say('web.task.after')}</span>›
            </button>
          </span>
        )}
      </div>
      <div className="task-title">
        <h1>
          {task.name} <span className="clause">{task.clauses.join(' ')}</span>
        </h1>
        <Due of={task} zone={zone} inline />
      </div>
      <p className="task-of">
        <Link to="/case/$caseId" params={{ caseId: task.caseId }} className="task-case">
          {task.number}
        </Link>{' '}
        · {task.title} · <span className="quiet">{task.procedureName}</span>
      </p>
    </header>
  );
}
