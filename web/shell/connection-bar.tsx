import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { NoConnection } from '../api/client.js';
import { countsQuery } from '../inbox/queries.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';

/** Tells that the API does not answer, since when, and that what is typed is kept. */
export function ConnectionBar() {
  const { say, language } = useReader();
  const { error, dataUpdatedAt, refetch } = useQuery(countsQuery(language));
  const gone = error instanceof NoConnection;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!gone) return undefined;
    const timer = window.setInterval(() => {
      setNow(Date.now());
      void refetch();
    }, 3_000);
    return () => window.clearInterval(timer);
  }, [gone, refetch]);
  if (!gone) return null;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className="connection-bar" role="alert">
      <span aria-hidden="true">▲ </span>
      {say('web.connection.gone', { at: momentOf(dataUpdatedAt, { language, now, zone }) })}
    </div>
  );
}
