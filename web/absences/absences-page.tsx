import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import './absences.css';
import { ask } from '../api/client.js';
import { useMe } from '../api/me.js';
import type { Schemas } from '../api/types.js';
import { Fault, faultWords } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { usePageTitle } from '../parts/page-title.js';
import { momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';
import { AbsenceForm } from './absence-form.js';

/** Who is away, and who stands in. */
export function AbsencesPage() {
  const { say, language } = useReader();
  const [adding, setAdding] = useState(false);
  const absences = useQuery({
    queryKey: ['absences', language],
    queryFn: ({ signal }) => ask('GET /api/v1/absences', { signal }),
  });
  usePageTitle(say('web.nav.away'));
  return (
    <main className="page">
      <div className="page-head">
        <h1>{say('web.nav.away')}</h1>
        {adding ? null : (
          <button type="button" className="button button-first" onClick={() => setAdding(true)}>
            {say('web.away.add')}
          </button>
        )}
      </div>
      {adding ? <AbsenceForm onDone={() => setAdding(false)} /> : null}
      {absences.error === null ? null : <Fault error={absences.error} again={() => void absences.refetch()} />}
      {absences.data?.items.length === 0 ? <p className="empty">{say('web.away.none')}</p> : null}
      {absences.data === undefined || absences.data.items.length === 0 ? null : (
        <ul className="sheet">
          {absences.data.items.map((item) => (
            <AbsenceRow key={item.id} item={item} />
          ))}
        </ul>
      )}
    </main>
  );
}

function AbsenceRow({ item }: { readonly item: Schemas['Absence'] }) {
  const { say, language } = useReader();
  const me = useMe();
  const now = useNow();
  const queries = useQueryClient();
  const zone = me.companies[0]?.zone ?? 'UTC';
  const at = { language, now, zone };
  const end = useMutation({
    mutationFn: () => ask('DELETE /api/v1/absences/{absenceId}', { params: { absenceId: item.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['absences'] }),
  });
  const isNow = Date.parse(item.from) <= now;
  return (
    <li className="absence">
      <span>
        <strong>{item.name}</strong> {isNow ? <span className="tag tag-rest">{say('web.away.now')}</span> : null}
        <span className="absence-note quiet small">
          {momentOf(item.from, at)} – {momentOf(item.until, at)}
          {item.note === '' ? '' : ` · ${item.note}`}
        </span>
      </span>
      <span>
        {item.standIns.length === 0 ? (
          <span className="tag tag-late">▲ {say('web.away.nobody')}</span>
        ) : (
          say('web.away.by', { people: item.standIns.map(({ name }) => name).join(', ') })
        )}
      </span>
      <span>
        <button type="button" className="button button-small" disabled={end.isPending} onClick={() => end.mutate()}>
          {say('web.away.end')}
        </button>
        {end.error === null ? null : <span className="field-fault">{faultWords(end.error, say)}</span>}
      </span>
    </li>
  );
}
