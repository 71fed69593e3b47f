import { useSay } from '../texts/texts.js';
import type { Task } from './queries.js';

/** Why you, who next, how the time is counted: always in this place. */
export function Side({ task }: { readonly task: Task }) {
  const say = useSay();
  const why = task.whyMine?.sentence ?? task.verbs.find(({ verb }) => verb === 'complete')?.whyNot?.sentence;
  return (
    <aside className="task-side">
      {why === undefined ? null : (
        <section>
          <h2>{task.whyMine === null ? say('web.side.why-not') : say('web.side.why')}</h2>
          <p>{why}</p>
        </section>
      )}
      {task.whoNext.length === 0 ? null : (
        <section>
          <h2>{say('web.side.next')}</h2>
          <ul className="side-list">
            {task.whoNext.map(({ outcome, step, sentence, condition }) => (
              <li key={`${outcome}/${step ?? ''}/${sentence}`}>
                {sentence}
                {condition === null ? null : <span className="quiet"> {say('web.side.all-lines')}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {task.dueExplained === undefined ? null : (
        <details>
          <summary>{say('web.side.due')}</summary>
          <ol className="side-list">
            {task.dueExplained.lines.map(({ sentence }) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ol>
        </details>
      )}
    </aside>
  );
}
