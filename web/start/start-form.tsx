import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useId, useRef } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { Alert, faultWords } from '../parts/alert.js';
import { focusField } from '../parts/focus-field.js';
import { useSay } from '../texts/texts.js';
import { tellStarted } from './started.js';

export interface StartOf {
  readonly company: string;
  readonly procedure: string;
}

/** What is wrong, by JSON pointer into the subject. */
export type SubjectFaults = Readonly<Record<string, string>>;

/** Starts a case once, however often it is sent, and goes to it. `forget` drops the draft. */
export function useStart(of: StartOf, forget: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  // The same entries again are the same start; changed ones are another.
  const sent = useRef<{ readonly subject: string; readonly key: string }>(undefined);
  const start = useMutation({
    mutationFn: (subject: Record<string, unknown>) => {
      const text = JSON.stringify(subject);
      const key = sent.current?.subject === text ? sent.current.key : crypto.randomUUID();
      sent.current = { subject: text, key };
      return ask('POST /api/v1/cases', { body: { ...of, subject }, key });
    },
    onSuccess: async (started) => {
      forget();
      tellStarted(started);
      await navigate({ to: '/case/$caseId', params: { caseId: started.caseId } });
      await queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'me' && kind !== 'people' });
    },
    onError: (error) => {
      const [first] = Object.keys(faultsOf(error));
      if (first !== undefined) focusField(first);
    },
  });
  return { start, faults: faultsOf(start.error) } as const;
}

function faultsOf(error: unknown): SubjectFaults {
  if (!(error instanceof ApiProblem)) return {};
  const { field, message, errors = [] } = error.problem;
  const all = errors.length > 0 ? errors : field === undefined ? [] : [{ field, message }];
  return Object.fromEntries(all.map((one) => [one.field.replace(/^\/subject/, ''), one.message]));
}

interface StartFootProps {
  readonly name: string;
  readonly start: ReturnType<typeof useStart>['start'];
  /** Why it cannot be sent yet; empty: it can. */
  readonly whyNot: string;
  readonly onStart: () => void;
  readonly onDrop: () => void;
}

/** The one button, what stands against it, and the way to begin anew. */
export function StartFoot({ name, start, whyNot, onStart, onDrop }: StartFootProps) {
  const say = useSay();
  return (
    <div className="start-foot">
      {start.error === null ? null : (
        <Alert tone="late" role="alert">
          {faultWords(start.error, say)}
        </Alert>
      )}
      <div className="foot-bar">
        <button
          type="button"
          className="button button-first"
          aria-disabled={whyNot !== ''}
          disabled={start.isPending}
          onClick={() => (whyNot === '' ? onStart() : undefined)}
        >
          {name}
        </button>
        {whyNot === '' ? null : <span className="quiet small">{whyNot}</span>}
        <button type="button" className="button button-plain foot-draft" onClick={onDrop}>
          {say('web.start.drop')}
        </button>
      </div>
    </div>
  );
}

interface LabelledProps {
  readonly label: string;
  readonly path: string;
  readonly faults: SubjectFaults;
  readonly optional?: boolean;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-invalid': true | undefined;
    readonly 'aria-describedby': string | undefined;
  }) => ReactNode;
}

/** A field with its name above and what is wrong with it below. */
export function Labelled({ label, path, faults, optional = false, children }: LabelledProps) {
  const say = useSay();
  const id = useId();
  const fault = faults[path];
  return (
    <div className="field" data-field={path}>
      <label htmlFor={id} className="field-label">
        {label} {optional ? <span className="quiet">{say('web.form.optional')}</span> : null}
      </label>
      {children({
        id,
        'aria-invalid': fault === undefined ? undefined : true,
        'aria-describedby': fault === undefined ? undefined : `${id}-fault`,
      })}
      {fault === undefined ? null : (
        <span id={`${id}-fault`} className="field-fault">
          {fault}
        </span>
      )}
    </div>
  );
}
