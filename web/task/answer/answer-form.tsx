import type { FormEvent, KeyboardEvent } from 'react';
import { useSay } from '../../texts/texts.js';
import type { Task } from '../queries.js';
import type { Faults } from './answer-part.js';
import { Field } from './field.js';
import { LinesTable } from './lines-table.js';
import type { AnswerState } from './use-answer.js';

interface AnswerFormProps {
  readonly task: Task;
  readonly answer: AnswerState;
  readonly faults: Faults;
  readonly disabled: boolean;
  readonly onSend: () => void;
}

/** The outcomes as buttons, and below them the fields of the one that is chosen. */
export function AnswerForm({ task, answer, faults, disabled, onSend }: AnswerFormProps) {
  const say = useSay();
  const { outcomes, outcome, values, change } = answer;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onSend();
    }
  };
  const submit = (event: FormEvent): void => event.preventDefault();
  return (
    <form className="answer sheet" aria-label={say('web.answer')} onKeyDown={onKeyDown} onSubmit={submit} noValidate>
      <fieldset className="plain" disabled={disabled}>
        {outcomes.length < 2 ? null : (
          <fieldset className="choices" data-field="/outcome">
            <legend>{say('web.answer')}</legend>
            {outcomes.map(({ id, name }) => (
              <label key={id} className="choice">
                <input
                  type="radio"
                  name="outcome"
                  checked={outcome?.id === id}
                  onChange={(event) => {
                    change((before) => ({ ...before, outcome: id }));
                    const { form } = event.target;
                    // Its fields may lie below the edge of the window.
                    requestAnimationFrame(() => form?.scrollIntoView({ block: 'nearest' }));
                  }}
                />
                {name}
              </label>
            ))}
          </fieldset>
        )}
        {outcome?.lineFields === undefined ? null : (
          <LinesTable task={task} fields={outcome.lineFields} values={values} faults={faults} change={change} />
        )}
        {outcome?.fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            task={task}
            path={`/${field.name}`}
            value={values[field.name]}
            faults={faults}
            onChange={(value) => change((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
      </fieldset>
    </form>
  );
}
