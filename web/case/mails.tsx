import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api/client.js';
import { Fault } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';

const tones: Readonly<Record<string, string>> = {
  'handed-over': 'tag tag-done',
  bounced: 'tag tag-late',
  refused: 'tag tag-late',
  unknown: 'tag tag-late',
};

/** What was mailed, to whom, and what became of it. */
export function Mails({ caseId, zone }: { readonly caseId: string; readonly zone: string }) {
  const { say, language } = useReader();
  const now = useNow();
  const [open, setOpen] = useState<string>();
  const { data, error, refetch } = useQuery({
    queryKey: ['case', caseId, 'mails', language],
    queryFn: ({ signal }) => ask('GET /api/v1/mails', { query: { caseId }, signal }),
  });
  if (error !== null) return <Fault error={error} again={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.items.length === 0) return <p className="empty">{say('web.mails.none')}</p>;
  return (
    <ul className="sheet papers">
      {data.items.map((mail) => (
        <li key={mail.id} className="paper">
          <button
            type="button"
            className="button button-plain paper-link"
            aria-expanded={open === mail.id}
            onClick={() => setOpen(open === mail.id ? undefined : mail.id)}
          >
            {mail.subject}
          </button>
          <span className={tones[mail.state] ?? 'tag'}>{mail.stateName}</span>
          <span className="quiet small">
            {mail.to} · {momentOf(mail.changedAt, { language, now, zone })}
          </span>
          {mail.answer === null ? null : <p className="small">{mail.answer}</p>}
          {open === mail.id ? <MailText id={mail.id} /> : null}
        </li>
      ))}
    </ul>
  );
}

function MailText({ id }: { readonly id: string }) {
  const { language } = useReader();
  const { data } = useQuery({
    queryKey: ['mail', id, language],
    queryFn: ({ signal }) => ask('GET /api/v1/mails/{mailId}', { params: { mailId: id }, signal }),
  });
  if (data === undefined) return null;
  return (
    <div className="mail-text">
      <pre className="kept">{data.text}</pre>
      {data.attachments.map(({ name, documentId }) => (
        <a key={documentId} href={`/api/v1/documents/${encodeURIComponent(documentId)}.pdf`} target="_blank" rel="noreferrer">
          {name}
        </a>
      ))}
    </div>
  );
}
