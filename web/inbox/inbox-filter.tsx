import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ask } from '../api/client.js';
import { useTyped } from '../parts/typed.js';
import { useReader } from '../texts/texts.js';
import type { ListedTask } from './queries.js';
import { type Filter, isNarrowed, type View } from './search.js';

interface InboxFilterProps {
  readonly view: View;
  readonly filter: Filter;
  readonly items: readonly ListedTask[];
}

/** Search and filters; all of them in the address. */
export function InboxFilter({ view, filter, items }: InboxFilterProps) {
  const { say } = useReader();
  const navigate = useNavigate();
  const set = (change: { readonly [K in keyof Filter]: Filter[K] | undefined }): void => {
    const search = Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined));
    void navigate({ to: '/inbox/$view', params: { view }, search, replace: true });
  };
  const [q, setQ] = useTyped(filter.q ?? '', (typed) => set({ q: typed === '' ? undefined : typed }));
  const { procedures, steps } = useKinds(view, filter, items);
  const step = filter.step === undefined ? '' : `${filter.procedure ?? ''}/${filter.step}`;
  return (
    <search className="inbox-filter">
      <input
        className="input"
        type="search"
        value={q}
        maxLength={120}
        placeholder={say('web.inbox.search')}
        aria-label={say('web.inbox.search')}
        onChange={(event) => setQ(event.target.value)}
      />
      <Choose
        label={say('web.inbox.procedure')}
        value={filter.procedure ?? ''}
        options={procedures}
        onChange={(value) => set({ procedure: value === '' ? undefined : value, step: undefined, batch: undefined })}
      />
      <Choose
        label={say('web.inbox.step')}
        value={step}
        options={steps}
        onChange={(value) => {
          const [procedure, name] = value.split('/');
          set(value === '' ? { step: undefined, batch: undefined } : { procedure, step: name, batch: undefined });
        }}
      />
      {view === 'done' ? null : (
        <button
          type="button"
          className={filter.overdue === true ? 'chip chip-here' : 'chip'}
          aria-pressed={filter.overdue === true}
          onClick={() => set({ overdue: filter.overdue === true ? undefined : true })}
        >
          ▲ {say('web.inbox.overdue')}
        </button>
      )}
      {isNarrowed(filter) ? (
        <button
          type="button"
          className="button button-plain"
          onClick={() => void navigate({ to: '/inbox/$view', params: { view }, search: {}, replace: true })}
        >
          {say('web.inbox.clear')}
        </button>
      ) : null}
    </search>
  );
}

interface ChooseProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [id: string, name: string])[];
  readonly onChange: (value: string) => void;
}

function Choose({ label, value, options, onChange }: ChooseProps) {
  return (
    <select className="choose" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{label}</option>
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Procedures and steps that the whole view has, whatever narrows it now. */
function useKinds(view: View, filter: Filter, items: readonly ListedTask[]) {
  const { language } = useReader();
  const { data } = useQuery({
    queryKey: ['tasks', view, 'kinds', language],
    enabled: isNarrowed(filter),
    staleTime: 60_000,
    queryFn: ({ signal }) => ask('GET /api/v1/tasks', { query: { view, limit: 200 }, signal }),
  });
  const all = [...(data?.items ?? []), ...items];
  const steps = all.filter(({ procedure }) => filter.procedure === undefined || procedure === filter.procedure);
  return {
    procedures: distinct(all.map(({ procedure, procedureName }) => [procedure, procedureName])),
    steps: distinct(steps.map(({ procedure, step, name }) => [`${procedure}/${step}`, name])),
  };
}

const distinct = (pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] =>
  [...new Map(pairs)].toSorted(([, a], [, b]) => a.localeCompare(b));
