import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Alert, faultWords } from '../../parts/alert.js';
import { HoldFields } from '../../parts/hold-fields.js';
import { Words } from '../../parts/words.js';
import { useSay } from '../../texts/texts.js';
import { commandTask, type TaskCommand } from '../commands.js';
import type { Task, TaskVerb } from '../queries.js';
import { tellResult } from '../result.js';
import type { QueuePlace } from '../use-queue.js';
import { PersonChoice } from './person-choice.js';
import { formOf } from './verbs.js';

interface VerbPanelProps {
  readonly task: Task;
  readonly verb: TaskVerb;
  readonly queue: QueuePlace;
  readonly onDone: () => void;
}

type Entered = Pick<TaskCommand, 'to' | 'reason' | 'text' | 'where' | 'cause' | 'until' | 'redo'>;

/** What a verb still has to know, above the foot; no window opens. */
export function VerbPanel({ task, verb, queue, onDone }: VerbPanelProps) {
  const say = useSay();
  const form = formOf(verb.verb);
  const [entered, setEntered] = useState<Entered>({});
  const panel = useRef<HTMLFormElement>(null);
  useEffect(() => panel.current?.querySelector<HTMLElement>('input, textarea, button')?.focus(), []);
  const done = useDone({ task, verb, queue, onDone });
  const missing =
    (form.hold === true && entered.cause === undefined) ||
    (form.to !== undefined && entered.to === undefined) ||
    (form.reason === 'required' && (entered.reason ?? '').trim() === '') ||
    (form.text === 'required' && (entered.text ?? '').trim() === '');
  const set = (change: Entered): void => setEntered((before) => ({ ...before, ...change }));
  const choose = (to: string | undefined): void =>
    setEntered(({ to: _before, ...others }) => (to === undefined ? others : { ...others, to }));
  return (
    <form
      ref={panel}
      className="verb-panel fades"
      aria-label={verb.name}
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) done.mutate(entered);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone();
      }}
    >
      <h2>{verb.name}</h2>
      {form.to === 'person' ? <PersonChoice task={task} verb={verb.verb} value={entered.to} onChange={choose} /> : null}
      {form.to === 'step' ? <StepChoice verb={verb} value={entered.to} onChange={(to) => set({ to })} /> : null}
      {form.hold === true ? <HoldFields causes={verb.causes ?? []} value={entered} onChange={set} /> : null}
      {verb.redo === undefined ? null : <RedoChoice value={entered.redo} onChange={(redo) => set({ redo })} />}
      {form.where === true ? <WhereChoice value={entered.where ?? 'beside'} onChange={(where) => set({ where })} /> : null}
      {form.reason === undefined ? null : (
        <Words
          label={say('web.verb.reason')}
          optional={form.reason === 'optional'}
          value={entered.reason ?? ''}
          onChange={(reason) => set({ reason })}
        />
      )}
      {form.text === undefined ? null : (
        <Words
          label={say('web.verb.text')}
          optional={form.text === 'optional'}
          value={entered.text ?? ''}
          onChange={(text) => set({ text })}
        />
      )}
      {done.error === null ? null : (
        <Alert tone="late" role="alert">
          {faultWords(done.error, say)}
        </Alert>
      )}
      <div className="panel-actions">
        <button type="submit" className="button button-first" aria-disabled={missing} disabled={done.isPending}>
          {verb.name}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {say('web.cancel')}
        </button>
        {missing ? (
          <span className="quiet small">
            {say(form.to !== undefined && entered.to === undefined ? 'web.verb.choose-first' : 'web.verb.write-first')}
          </span>
        ) : null}
      </div>
    </form>
  );
}

function useDone({ task, verb, queue, onDone }: VerbPanelProps) {
  const queries = useQueryClient();
  const form = formOf(verb.verb);
  return useMutation({
    mutationFn: (entered: Entered) => {
      const given = Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== undefined && value.trim() !== ''));
      return commandTask(task, { verb: verb.verb, ...given }, crypto.randomUUID());
    },
    onSuccess: async (answer) => {
      onDone();
      if (form.leaves === true) {
        tellResult({ task, said: verb.name, answer });
        queue.open(queue.after ?? queue.before);
      }
      await queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'me' && kind !== 'people' && kind !== 'draft' });
    },
    onError: () => queries.invalidateQueries({ queryKey: ['task', task.caseId] }),
  });
}

function StepChoice({
  verb,
  value,
  onChange,
}: {
  readonly verb: TaskVerb;
  readonly value: string | undefined;
  readonly onChange: (step: string) => void;
}) {
  const say = useSay();
  return (
    <fieldset className="choices">
      <legend>{say('web.verb.to-step')}</legend>
      {(verb.to ?? []).map(({ step, name }) => (
        <label key={step} className="choice">
          <input type="radio" name="to" checked={value === step} onChange={() => onChange(step)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

const wheres = ['before', 'beside', 'after'] as const;
type Where = (typeof wheres)[number];

function WhereChoice({ value, onChange }: { readonly value: Where; readonly onChange: (where: Where) => void }) {
  const say = useSay();
  return (
    <fieldset className="choices">
      <legend>{say('web.verb.where')}</legend>
      {wheres.map((where) => (
        <label key={where} className="choice">
          <input type="radio" name="where" checked={value === where} onChange={() => onChange(where)} />
          {say(`web.verb.where.${where}`)}
        </label>
      ))}
    </fieldset>
  );
}

function RedoChoice({
  value,
  onChange,
}: {
  readonly value: 'keep' | 'all' | undefined;
  readonly onChange: (redo: 'keep' | 'all') => void;
}) {
  const say = useSay();
  return (
    <fieldset className="choices">
      <legend>{say('web.verb.redo')}</legend>
      {(['keep', 'all'] as const).map((redo) => (
        <label key={redo} className="choice">
          <input type="radio" name="redo" checked={value === redo} onChange={() => onChange(redo)} />
          {say(`web.verb.redo.${redo}`)}
        </label>
      ))}
    </fieldset>
  );
}
