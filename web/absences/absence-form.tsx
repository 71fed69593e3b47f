import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { useMe, usePeople } from '../api/me.js';
import { Alert, faultWords } from '../parts/alert.js';
import { DateInput } from '../parts/date-input.js';
import { offsetAt } from '../parts/time.js';
import { Words } from '../parts/words.js';
import { useSay } from '../texts/texts.js';

/** Somebody's absence: from the morning of a day to the evening of another, and who stands in. */
export function AbsenceForm({ onDone }: { readonly onDone: () => void }) {
  const say = useSay();
  const me = useMe();
  const queries = useQueryClient();
  const [first] = me.companies;
  const people = [...usePeople(first?.company)].filter(([id]) => id !== me.id);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [person, setPerson] = useState('');
  const [standIn, setStandIn] = useState('');
  const [note, setNote] = useState('');
  const zone = first?.zone ?? 'UTC';
  const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day);
  const ready = isDay(from) && isDay(until);
  const enter = useMutation({
    mutationFn: () =>
      ask('POST /api/v1/absences', {
        body: {
          from: `${from}T00:00:00${offsetAt(from, zone)}`,
          until: `${until}T23:59:59${offsetAt(until, zone)}`,
          standIns: standIn === '' ? [] : [{ person: standIn, limits: {} }],
          ...(person === '' ? {} : { person }),
          ...(note.trim() === '' ? {} : { note: note.trim() }),
        },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['absences'] });
      onDone();
    },
  });
  const faulty = (field: string): boolean => enter.error instanceof ApiProblem && enter.error.problem.field === field;
  return (
    <form
      className="sheet absence-form fades"
      aria-label={say('web.away.add')}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) enter.mutate();
      }}
    >
      <Person label={say('web.away.who')} none={me.name} value={person} people={people} onChange={setPerson} />
      <div className="absence-days">
        <Day label={say('web.away.from')} value={from} invalid={faulty('/from')} onChange={setFrom} />
        <Day label={say('web.away.until')} value={until} invalid={faulty('/until')} onChange={setUntil} />
      </div>
      <Person label={say('web.away.stand-in')} none={say('web.away.nobody')} value={standIn} people={people} onChange={setStandIn} />
      <Words label={say('web.away.note')} optional value={note} onChange={setNote} />
      {enter.error === null ? null : (
        <Alert tone="late" role="alert">
          {faultWords(enter.error, say)}
        </Alert>
      )}
      <div className="panel-actions">
        <button type="submit" className="button button-first" aria-disabled={!ready} disabled={enter.isPending}>
          {say('web.away.save')}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {say('web.cancel')}
        </button>
      </div>
    </form>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly invalid: boolean;
  readonly onChange: (day: string) => void;
}

function Day({ label, value, invalid, onChange }: DayProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <DateInput id={id} label={label} value={value} invalid={invalid} onChange={onChange} />
    </div>
  );
}

interface PersonProps {
  readonly label: string;
  readonly none: string;
  readonly value: string;
  readonly people: readonly (readonly [string, string])[];
  readonly onChange: (person: string) => void;
}

function Person({ label, none, value, people, onChange }: PersonProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <select id={id} className="choose" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{none}</option>
        {people.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
