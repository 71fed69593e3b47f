import { useId } from 'react';
import { useSay } from '../../texts/texts.js';
import type { Task } from '../queries.js';
import type { Faults } from './answer-part.js';
import type { FormField } from './form-model.js';
import { ItemsField, VerdictsField } from './items-field.js';
import { ValueInput } from './value-input.js';

export interface FieldProps {
  readonly field: FormField;
  readonly task: Task;
  /** JSON pointer into the answer. */
  readonly path: string;
  readonly value: unknown;
  readonly faults: Faults;
  readonly onChange: (value: unknown) => void;
}

/** One field with its name above, and what is wrong with it below. */
export function Field(props: FieldProps) {
  const { field, path, value, faults, onChange } = props;
  const say = useSay();
  const id = useId();
  const fault = faults[path];
  if (field.kind === 'verdicts') return <VerdictsField {...props} />;
  if (field.kind === 'lines') return <ItemsField {...props} />;
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        <FieldName field={field} />
      </label>
      <ValueInput id={id} field={field} path={path} value={value} fault={fault} describedBy={`${id}-fault`} onChange={onChange} />
      {fault === undefined ? null : (
        <span id={`${id}-fault`} className="field-fault">
          {fault}
        </span>
      )}
      {field.kind === 'area' && typeof value === 'string' && field.longest !== undefined && value.length > field.longest * 0.8 ? (
        <span className="quiet small">{say('web.form.length', { n: value.length, of: field.longest })}</span>
      ) : null}
    </div>
  );
}

export function FieldName({ field }: { readonly field: FormField }) {
  const say = useSay();
  return (
    <>
      {field.label} {field.required ? null : <span className="quiet">{say('web.form.optional')}</span>}
    </>
  );
}
