import { useId } from 'react';
import { useSay } from '../texts/texts.js';
import { Words } from './words.js';

interface Hold {
  readonly cause?: string;
  readonly until?: string;
  readonly reason?: string;
}

interface HoldFieldsProps {
  readonly causes: readonly { readonly cause: string; readonly name: string }[];
  readonly value: Hold;
  readonly onChange: (change: Hold) => void;
}

/** Why the clock is stopped, and until when. */
export function HoldFields({ causes, value, onChange }: HoldFieldsProps) {
  const say = useSay();
  const id = useId();
  return (
    <>
      <fieldset className="choices">
        <legend>{say('web.hold.cause')}</legend>
        {causes.map(({ cause, name }) => (
          <label key={cause} className="choice">
            <input type="radio" name="cause" checked={value.cause === cause} onChange={() => onChange({ cause })} />
            {name}
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor={id} className="field-label">
          {say('web.hold.until')} <span className="quiet">{say('web.form.optional')}</span>
        </label>
        <input
          id={id}
          className="input"
          type="datetime-local"
          onChange={({ target }) => {
            const at = new Date(target.value);
            if (!Number.isNaN(at.getTime())) onChange({ until: at.toISOString() });
          }}
        />
      </div>
      <Words label={say('web.verb.reason')} optional value={value.reason ?? ''} onChange={(reason) => onChange({ reason })} />
    </>
  );
}
