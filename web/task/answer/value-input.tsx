import { useState } from 'react';
import { DateInput } from '../../parts/date-input.js';
import { numberTyped } from '../../parts/number.js';
import { useReader } from '../../texts/texts.js';
import type { FormField } from './form-model.js';

interface ValueInputProps {
  readonly id?: string;
  readonly field: FormField;
  readonly path: string;
  readonly value: unknown;
  readonly fault?: string | undefined;
  readonly describedBy?: string;
  /** Where no label stands beside it, as in a cell. */
  readonly label?: string;
  readonly onChange: (value: unknown) => void;
}

/** What a single value is entered with, by its type. */
export function ValueInput({ id, field, path, value, fault, describedBy, label, onChange }: ValueInputProps) {
  const { say } = useReader();
  const invalid = fault !== undefined;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const common = {
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { 'aria-label': label }),
    'aria-invalid': invalid || undefined,
    'aria-describedby': invalid ? describedBy : undefined,
    'data-field': path,
  };
  switch (field.kind) {
    case 'area':
      return (
        <textarea {...common} className="area" maxLength={field.longest} value={text} onChange={(event) => onChange(event.target.value)} />
      );
    case 'choice':
      return (
        <select {...common} className="choose" value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">—</option>
          {field.choices.map((choice) => (
            <option key={choice.id} value={choice.id}>
              {choice.name}
            </option>
          ))}
        </select>
      );
    case 'boolean':
      return (
        <select
          {...common}
          className="choose"
          value={typeof value === 'boolean' ? String(value) : ''}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value === 'true')}
        >
          <option value="">—</option>
          <option value="true">{say('web.yes')}</option>
          <option value="false">{say('web.no')}</option>
        </select>
      );
    case 'date':
      return (
        <span data-field={path}>
          <DateInput
            {...(id === undefined ? {} : { id })}
            label={label ?? field.label}
            value={text}
            invalid={invalid}
            describedBy={invalid ? describedBy : undefined}
            onChange={onChange}
          />
        </span>
      );
    case 'integer':
    case 'money':
      return <NumberInput common={common} field={field} value={value} onChange={onChange} />;
    default:
      return (
        <input
          {...common}
          className="input"
          type={field.kind === 'email' ? 'email' : 'text'}
          autoComplete="off"
          maxLength={field.longest}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

interface NumberInputProps {
  readonly common: object;
  readonly field: FormField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** A whole number, or money in its major unit; what is no number stays as it was typed, and is told as wrong when it is sent. */
function NumberInput({ common, field, value, onChange }: NumberInputProps) {
  const { language } = useReader();
  const decimals = field.kind === 'money' ? 2 : 0;
  const [typed, setTyped] = useState<string>();
  const shown =
    typeof value === 'number'
      ? (value / 10 ** decimals).toFixed(decimals).replace('.', language === 'id' ? ',' : '.')
      : typeof value === 'string'
        ? value
        : '';
  return (
    <input
      {...common}
      className="input number"
      inputMode={decimals === 0 ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={typed ?? shown}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(numberTyped(event.target.value, language, decimals) ?? event.target.value);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
