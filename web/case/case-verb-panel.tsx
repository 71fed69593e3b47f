import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ask } from '../api/client.js';
import type { Schemas } from '../api/types.js';
import { Alert, faultWords } from '../parts/alert.js';
import { HoldFields } from '../parts/hold-fields.js';
import { Words } from '../parts/words.js';
import { useSay } from '../texts/texts.js';
import { AmendFields } from './amend-fields.js';
import type { Case, CaseVerb } from './queries.js';

type Command = Omit<Schemas['CaseCommand'], 'verb'>;

interface PanelProps {
  readonly page: Case;
  readonly verb: CaseVerb;
  readonly onDone: () => void;
}

/** What has to be told before a case is changed, held, cancelled, reopened or moved. */
export function CaseVerbPanel({ page, verb, onDone }: PanelProps) {
  const say = useSay();
  const queries = useQueryClient();
  const [command, setCommand] = useState<Command>({});
  const set = (change: Command): void => setCommand((before) => ({ ...before, ...change }));
  const done = useMutation({
    mutationFn: () =>
      ask('POST /api/v1/cases/{caseId}/commands', {
        params: { caseId: page.caseId },
        body: { verb: verb.verb, ...command, ...(verb.verb === 'amend' ? { from: page.turn } : {}) },
        key: crypto.randomUUID(),
      }),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'me' && kind !== 'people' });
    },
  });
  const missing = missingOf(verb.verb, command);
  const danger = verb.verb === 'cancel';
  return (
    <form
      className="sheet case-panel fades"
      aria-label={verb.name}
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) done.mutate();
      }}
    >
      <h2>{verb.name}</h2>
      {verb.verb === 'amend' ? <AmendFields page={page} onChange={(patch) => set({ patch })} /> : null}
      {verb.verb === 'hold' ? <HoldFields causes={verb.causes ?? []} value={command} onChange={set} /> : null}
      {verb.verb === 'reopen' ? <ReopenFields verb={verb} value={command} onChange={set} /> : null}
      {verb.verb === 'move' ? <p>{say('web.case.move')}</p> : null}
      {['amend', 'cancel', 'reopen'].includes(verb.verb) ? (
        <Words
          label={say('web.verb.reason')}
          optional={verb.verb === 'amend'}
          value={command.reason ?? ''}
          onChange={(reason) => set({ reason })}
        />
      ) : null}
      {verb.verb === 'comment' ? (
        <Words label={say('web.verb.text')} optional={false} value={command.text ?? ''} onChange={(text) => set({ text })} />
      ) : null}
      {done.error === null ? null : (
        <Alert tone="late" role="alert">
          {faultWords(done.error, say)}
        </Alert>
      )}
      <div className="panel-actions">
        <button
          type="submit"
          className={danger ? 'button button-danger' : 'button button-first'}
          aria-disabled={missing}
          disabled={done.isPending}
        >
          {verb.name}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {say('web.cancel')}
        </button>
      </div>
    </form>
  );
}

function missingOf(verb: string, { reason = '', text = '', cause, patch = {} }: Command): boolean {
  if (verb === 'amend') return Object.keys(patch).length === 0;
  if (verb === 'hold') return cause === undefined;
  if (verb === 'cancel' || verb === 'reopen') return reason.trim() === '';
  return verb === 'comment' && text.trim() === '';
}

interface ReopenProps {
  readonly verb: CaseVerb;
  readonly value: Command;
  readonly onChange: (change: Command) => void;
}

function ReopenFields({ verb, value, onChange }: ReopenProps) {
  const say = useSay();
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={id} className="field-label">
          {say('web.case.reopen-at')}
        </label>
        <select
          id={id}
          className="choose"
          value={value.to ?? ''}
          onChange={({ target }) => onChange(target.value === '' ? {} : { to: target.value })}
        >
          <option value="">{say('web.case.reopen-where')}</option>
          {(verb.to ?? []).map(({ step, name }) => (
            <option key={step} value={step}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {verb.redo === undefined ? null : (
        <fieldset className="choices">
          <legend>{say('web.verb.redo')}</legend>
          {(['keep', 'all'] as const).map((redo) => (
            <label key={redo} className="choice">
              <input type="radio" name="redo" checked={value.redo === redo} onChange={() => onChange({ redo })} />
              {say(`web.verb.redo.${redo}`)}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
