import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Fault } from '../parts/alert.js';
import { useSay } from '../texts/texts.js';

export function NotFound() {
  const say = useSay();
  return (
    <main className="page">
      <h1>{say('web.not-found')}</h1>
      <Link to="/inbox/$view" params={{ view: 'mine' }}>
        {say('web.nav.inbox')}
      </Link>
    </main>
  );
}

/** The page itself failed: the rest of the app goes on. A part that is missing after a new release is there again after a reload. */
export function PageFault({ error }: ErrorComponentProps) {
  return (
    <main className="page">
      <Fault error={error} again={() => window.location.reload()} />
    </main>
  );
}
