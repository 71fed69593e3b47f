import type { ReactNode } from 'react';
import { ApiProblem, NoConnection } from '../api/client.js';
import type { Say } from '../texts/language.js';
import { useSay } from '../texts/texts.js';

const marks = { note: 'i', late: '▲', soon: '◔', done: '✓' } as const;

interface AlertProps {
  readonly tone: keyof typeof marks;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  /** What is said at once, and what when there is a pause. */
  readonly role?: 'alert' | 'status';
}

export function Alert({ tone, children, actions, role }: AlertProps) {
  return (
    <div className={`alert alert-${tone} fades`} role={role}>
      <span aria-hidden="true">{marks[tone]}</span>
      <div className="alert-body">
        <div>{children}</div>
        {actions === undefined ? null : <div className="alert-actions">{actions}</div>}
      </div>
    </div>
  );
}

/** What went wrong, in the API's words or ours. */
export function faultWords(error: unknown, say: Say): string {
  if (error instanceof ApiProblem) return error.problem.message;
  return say(error instanceof NoConnection ? 'web.fault.no-connection' : 'web.fault.program');
}

/** In place of the part of a page that could not be read. */
export function Fault({ error, again }: { readonly error: unknown; readonly again: () => void }) {
  const say = useSay();
  return (
    <Alert
      tone="late"
      role="alert"
      actions={
        <button type="button" className="button button-small" onClick={again}>
          {say('web.again')}
        </button>
      }
    >
      {faultWords(error, say)}
    </Alert>
  );
}
