import { useState } from 'react';
import { decimalsOf } from '../../domain/texts/format.js';
import { DateInput } from '../parts/date-input.js';
import { numberTyped } from '../parts/number.js';
import { useReader } from '../texts/texts.js';
import type { Case } from './queries.js';

type Line = Readonly<Record<string, unknown>>;
type Changes = Readonly<Record<string, Line>>;

interface AmendFieldsProps {
  readonly page: Case;
  readonly onChange: (patch: Readonly<Record<string, unknown>>) => void;
}

/** What of the order is to be otherwise: only what was changed is sent, and only what showed it is asked again. */
export function AmendFields({ page, onChange }: AmendFieldsProps) {
  const { say, field } = useReader();
  const [changes, setChanges] = useState<Changes>({});
  const subject = page.subject as { readonly lines?: unknown; readonly currency?: keyof typeof decimalsOf } | undefined;
  const lines = (Array.isArray(subject?.lines) ? subject.lines : []) as readonly Line[];
  const set = (id: string, before: Line, name: string, value: unknown): void => {
    const { [name]: _same, ...others } = changes[id] ?? {};
    const line = value === before[name] ? others : { ...others, [name]: value };
    const next = Object.fromEntries(Object.entries({ ...changes, [id]: line }).filter(([, one]) => Object.keys(one).length > 0));
    setChanges(next);
    onChange(Object.keys(next).length === 0 ? {} : { lines: next });
  };
  const names = (['quantity', 'unitPriceMinor', 'requestedDate'] as const).filter((name) => lines.some((line) => line[name] !== undefined));
  return (
    <div className="scrolls">
      <p className="quiet small">{say('web.case.amend')}</p>
      <table className="table amend-table">
        <thead>
          <tr>
            <th scope="col">{say('web.line-no')}</th>
            <th scope="col">{field('code')}</th>
            <th scope="col">{field('name')}</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {field(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const id = textOf(line['id'] ?? line['line']);
            return (
              <tr key={id}>
                <th scope="row">{id}</th>
                <td>{textOf(line['code'])}</td>
                <td>{textOf(line['name'])}</td>
                {names.map((name) => (
                  <td key={name} className={changes[id]?.[name] === undefined ? '' : 'changed'}>
                    <AmendInput
                      label={say('web.form.of-line', { field: field(name), line: id })}
                      name={name}
                      decimals={name === 'unitPriceMinor' ? decimalsOf[subject?.currency ?? 'CNY'] : 0}
                      value={changes[id]?.[name] ?? line[name]}
                      onChange={(value) => set(id, line, name, value)}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '—');

interface AmendInputProps {
  readonly label: string;
  readonly name: string;
  readonly decimals: number;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function AmendInput({ label, name, decimals, value, onChange }: AmendInputProps) {
  const { language } = useReader();
  const [typed, setTyped] = useState<string>();
  if (name === 'requestedDate') return <DateInput label={label} value={typeof value === 'string' ? value : ''} onChange={onChange} />;
  const shown = typeof value === 'number' ? (value / 10 ** decimals).toFixed(decimals).replace('.', language === 'id' ? ',' : '.') : '';
  return (
    <input
      className="input number"
      inputMode="decimal"
      aria-label={label}
      value={typed ?? shown}
      onChange={({ target }) => {
        setTyped(target.value);
        const number = numberTyped(target.value, language, decimals);
        if (number !== undefined) onChange(number);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
