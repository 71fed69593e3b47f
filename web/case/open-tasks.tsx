import { Link } from '@tanstack/react-router';
import { Due } from '../parts/due.js';
import { useSay } from '../texts/texts.js';
import type { Case } from './queries.js';

/** What the case waits for, with whom, by when. */
export function OpenTasks({ page, zone }: { readonly page: Case; readonly zone: string }) {
  const say = useSay();
  if (page.openTasks.length === 0) return null;
  return (
    <section aria-labelledby="open-tasks">
      <h2 id="open-tasks" className="case-label">
        {say('web.case.now')}
      </h2>
      <ul className="sheet open-tasks">
        {page.openTasks.map((task) => {
          const left = task.seats.filter(({ state }) => state === undefined);
          const whose = [...new Set(left.flatMap(({ candidates }) => candidates.map(({ name }) => name)))].join(', ');
          return (
            <li key={task.id} className="open-task">
              <span>
                <Link to="/task/$taskId" params={{ taskId: task.id }} className="open-task-link">
                  {task.name}
                </Link>{' '}
                <span className="clause">{task.clauses.join(' ')}</span>
              </span>
              <span className="quiet">{task.claimedByName ?? whose}</span>
              <Due of={task} zone={zone} inline />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
