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

/**
 * What somebody is about to answer: kept on this device with every key, and on the server once typing pauses. `elsewhere`: what another tab made
 * of it meanwhile.
 */
export function useAnswer(task: Task, enabled: boolean) {
  const me = useMe();
  const outcomes = outcomesOf(task.form.schema);
  const [only] = outcomes.length === 1 ? outcomes : [];
  const draft = useQuery({ ...draftQuery(task.id, me.id), enabled });
  const [values, setValues] = useState<Values>();
  const [state, setState] = useState<DraftState>({ kind: 'none' });
  const key = keptKey(me.id, task.id);
  const { save, forget } = useSaved(task, me.id, setState);
  const [elsewhere, setElsewhere] = useOtherTab(key);
  const latest = useRef<Values>({});
  if (values === undefined && (!enabled || !draft.isPending)) {
    const found = readDevice(key) ?? asValues(draft.data?.data) ?? asValues(task.form.prefill) ?? {};
    setValues(only === undefined ? found : { ...found, outcome: only.id });
    if (draft.data?.at !== null && draft.data?.at !== undefined) setState({ kind: 'saved', at: draft.data.at });
  }
  useEffect(() => {
    latest.current = values ?? {};
  }, [values]);
  const change = useCallback(
    (next: (before: Values) => Values) => {
      const after = next(latest.current);
      latest.current = after;
      setValues(after);
      save(after);
    },
    [save],
  );
  const useOther = useCallback(() => {
    if (elsewhere !== undefined) setValues(elsewhere);
    setElsewhere(undefined);
  }, [elsewhere, setElsewhere]);
  const current = ofOpenLines(values ?? {}, task.lines);
  const outcome = outcomes.find(({ id }) => id === current['outcome']) ?? only;
  const ready = values !== undefined;
  return { outcomes, outcome, values: current, ready, change, forget, elsewhere, useOther, draft: state, isEmpty: isEmpty(current) };
}
export type AnswerState = ReturnType<typeof useAnswer>;

/** Of lines that have been answered meanwhile nothing is sent again. */
function ofOpenLines(values: Values, lines: readonly string[] | undefined): Values {
  const entered = asValues(values['lines']);
  if (lines === undefined || entered === undefined || Array.isArray(entered)) return values;
  return { ...values, lines: Object.fromEntries(Object.entries(entered).filter(([line]) => lines.includes(line))) };
}

const asValues = (value: unknown): Values | undefined => (typeof value === 'object' && value !== null ? (value as Values) : undefined);

function readDevice(key: string): Values | undefined {
  try {
    return asValues(JSON.parse(localStorage.getItem(key) ?? 'null'));
  } catch {
    return undefined;
  }
}

/** What another tab of this browser wrote into the same answer. */
function useOtherTab(key: string) {
  const [elsewhere, setElsewhere] = useState<Values>();
  useEffect(() => {
    const listen = (event: StorageEvent): void => {
      if (event.key === key) setElsewhere(event.newValue === null ? undefined : readDevice(key));
    };
    window.addEventListener('storage', listen);
    return () => window.removeEventListener('storage', listen);
  }, [key]);
  return [elsewhere, setElsewhere] as const;
}

interface Keeper {
  save(values: Values): void;
  /** Of an answer that has been given nothing is kept. */
  forget(): void;
}

function useSaved({ id, rev }: Task, person: string, told: (state: DraftState) => void): Keeper {
  const queries = useQueryClient();
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const save = useCallback(
    (values: Values) => {
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
  const forget = useCallback(() => {
    window.clearTimeout(timer.current);
    localStorage.removeItem(keptKey(person, id));
    queries.setQueryData(draftQuery(id, person).queryKey, { data: null, rev: null, at: null });
    told({ kind: 'none' });
  }, [id, person, told, queries]);
  return { save, forget };
}
