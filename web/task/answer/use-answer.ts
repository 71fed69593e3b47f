import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from '../../api/client.js';
import { useMe } from '../../api/me.js';
import { draftQuery, type Task } from '../queries.js';
import { outcomesOf } from './form-model.js';
import { isEmpty, type Values } from './values.js';

export type DraftState = { readonly kind: 'none' | 'saving' | 'device' } | { readonly kind: 'saved'; readonly at: string };

const savedAfterMs = 900;
const keptKey = (person: string, task: string): string => `gendan-draft ${person} ${task}`;

/** What somebody is about to answer: kept on this device with every key, and on the server once typing pauses. */
export function useAnswer(task: Task, enabled: boolean) {
  const me = useMe();
  const outcomes = outcomesOf(task.form.schema);
  const [only] = outcomes.length === 1 ? outcomes : [];
  const draft = useQuery({ ...draftQuery(task.id, me.id), enabled });
  const [values, setValues] = useState<Values>();
  const [state, setState] = useState<DraftState>({ kind: 'none' });
  const save = useSaved(task, me.id, setState);
  if (values === undefined && (!enabled || !draft.isPending)) {
    const found = readDevice(keptKey(me.id, task.id)) ?? asValues(draft.data?.data) ?? asValues(task.form.prefill) ?? {};
    setValues(only === undefined ? found : { ...found, outcome: only.id });
    if (draft.data?.at !== null && draft.data?.at !== undefined) setState({ kind: 'saved', at: draft.data.at });
  }
  const change = useCallback(
    (next: (before: Values) => Values) =>
      setValues((before) => {
        const after = next(before ?? {});
        save(after);
        return after;
      }),
    [save],
  );
  const current = values ?? {};
  const outcome = outcomes.find(({ id }) => id === current['outcome']) ?? only;
  return { outcomes, outcome, values: current, ready: values !== undefined, change, draft: state, isEmpty: isEmpty(current) };
}
export type AnswerState = ReturnType<typeof useAnswer>;

const asValues = (value: unknown): Values | undefined => (typeof value === 'object' && value !== null ? (value as Values) : undefined);

function readDevice(key: string): Values | undefined {
  try {
    return asValues(JSON.parse(localStorage.getItem(key) ?? 'null'));
  } catch {
    return undefined;
  }
}

/** Forgets what was kept of an answer that has been given. */
export function forgetDraft(person: string, task: string): void {
  localStorage.removeItem(keptKey(person, task));
}

function useSaved({ id, rev }: Task, person: string, told: (state: DraftState) => void): (values: Values) => void {
  const queries = useQueryClient();
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useCallback(
    (values) => {
      localStorage.setItem(keptKey(person, id), JSON.stringify(values));
      window.clearTimeout(timer.current);
      told({ kind: 'saving' });
      timer.current = window.setTimeout(() => {
        void ask('PUT /api/v1/tasks/{taskId}/draft', { params: { taskId: id }, body: { data: values, rev } }).then(
          (kept) => {
            queries.setQueryData(draftQuery(id, person).queryKey, kept);
            told(kept.at === null ? { kind: 'device' } : { kind: 'saved', at: kept.at });
          },
          () => told({ kind: 'device' }),
        );
      }, savedAfterMs);
    },
    [id, rev, person, told, queries],
  );
}
