import { Link } from '@tanstack/react-router';
import { Alert } from '../parts/alert.js';
import { useSay } from '../texts/texts.js';
import { tellStarted, useStarted } from './started.js';

/** A case has just been started: under which number, what may be wrong with it, and what waits first. */
export function StartedStrip({ caseId }: { readonly caseId: string }) {
  const say = useSay();
  const started = useStarted();
  if (started?.caseId !== caseId) return null;
  const [first] = started.openTasks;
  return (
    <>
      <Alert
        tone="done"
        role="status"
        actions={
          <>
            {first === undefined ? null : (
              <Link to="/task/$taskId" params={{ taskId: first.id }} className="button button-small">
                {first.name} ›
              </Link>
            )}
            <button type="button" className="button button-small button-plain" onClick={() => tellStarted(undefined)}>
              {say('web.close')}
            </button>
          </>
        }
      >
        <strong>{say('web.start.done', { number: started.number })}</strong>
      </Alert>
      {started.warnings.map(({ sentence }) => (
        <Alert key={sentence} tone="soon" role="alert">
          {sentence}
        </Alert>
      ))}
    </>
  );
}
