import { useId } from 'react';
import { useSay } from '../texts/texts.js';

interface WordsProps {
  readonly label: string;
  readonly optional: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A reason or a remark, in words. */
export function Words({ label, optional, value, onChange }: WordsProps) {
  const say = useSay();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label} {optional ? <span className="quiet">{say('web.form.optional')}</span> : null}
      </label>
      <textarea id={id} className="area area-short" maxLength={2_000} value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
