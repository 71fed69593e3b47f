import { useSay } from '../../texts/texts.js';
import { FieldName, type FieldProps } from './field.js';
import { itemName } from './item-name.js';

/** A verdict on each item of a list that is shown, such as what the books found. */
export function VerdictsField({ field, task, path, value, faults, onChange }: FieldProps) {
  const say = useSay();
  const verdicts = (value ?? {}) as Readonly<Record<string, unknown>>;
  const [only] = field.choices.length === 1 ? field.choices : [];
  const fault = faults[path];
  return (
    <fieldset className="verdicts" data-field={path}>
      <legend className="field-label">
        <FieldName field={field} />
        {field.items.length < 2 || only === undefined ? null : (
          <button
            type="button"
            className="button button-small button-plain"
            onClick={() => onChange(Object.fromEntries(field.items.map((item) => [item, only.id])))}
          >
            {say('web.form.all', { choice: only.name })}
          </button>
        )}
      </legend>
      <ul>
        {field.items.map((item) => (
          <li key={item} className="verdict" data-field={`${path}/${item}`}>
            <span className="verdict-of">{itemName(task, item)}</span>
            <span className="choices" role="group" aria-label={itemName(task, item)}>
              {field.choices.map((choice) => (
                <label key={choice.id} className="choice">
                  <input
                    type={only === undefined ? 'radio' : 'checkbox'}
                    name={`${path}/${item}`}
                    checked={verdicts[item] === choice.id}
                    onChange={(event) => onChange({ ...verdicts, [item]: event.target.checked ? choice.id : undefined })}
                  />
                  {choice.name}
                </label>
              ))}
            </span>
            {faults[`${path}/${item}`] === undefined ? null : <span className="field-fault">{faults[`${path}/${item}`]}</span>}
          </li>
        ))}
      </ul>
      {fault === undefined ? null : <span className="field-fault">{fault}</span>}
    </fieldset>
  );
}

/** Some of the items of a list that is shown. */
export function ItemsField({ field, task, path, value, faults, onChange }: FieldProps) {
  const chosen = Array.isArray(value) ? value : [];
  const fault = faults[path];
  return (
    <fieldset className="verdicts" data-field={path}>
      <legend className="field-label">
        <FieldName field={field} />
      </legend>
      <div className="items">
        {field.items.map((item) => (
          <label key={item} className="choice">
            <input
              type="checkbox"
              checked={chosen.includes(item)}
              onChange={(event) =>
                onChange(
                  event.target.checked
                    ? field.items.filter((one) => one === item || chosen.includes(one))
                    : chosen.filter((one) => one !== item),
                )
              }
            />
            {itemName(task, item)}
          </label>
        ))}
      </div>
      {fault === undefined ? null : <span className="field-fault">{fault}</span>}
    </fieldset>
  );
}
