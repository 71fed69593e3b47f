import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask } from '../api/client.js';
import { useZone } from '../api/me.js';
import type { Schemas } from '../api/types.js';
import { faultWords } from '../parts/alert.js';
import { useNow } from '../parts/now.js';
import { lengthOf, momentOf } from '../parts/time.js';
import { useReader, useSay } from '../texts/texts.js';

type Stuck = Schemas['Stuck'];

/** A stuck order: since when, why, and what may safely be done, or why not. */
export function StuckRow({ item, cause }: { readonly item: Stuck; readonly cause: string }) {
  const { say, language } = useReader();
  const now = useNow();
  const zone = useZone(item.company);
  return (
    <li className="stuck">
      <span className="stuck-since">
        <strong>{lengthOf(now - Date.parse(item.since), say)}</strong>
        <span className="quiet small">{momentOf(item.since, { language, now, zone })}</span>
      </span>
      <span>
        <span className="tag tag-late">{cause}</span> {item.sentence}
        <span className="stuck-of quiet small">{[item.number, item.title].filter((text) => text !== null && text !== '').join(' · ')}</span>
      </span>
      <span className="stuck-actions">
        {item.actions.map((action) => (
          <Action key={action.action} item={item} action={action} />
        ))}
      </span>
    </li>
  );
}

interface ActionProps {
  readonly item: Stuck;
  readonly action: Stuck['actions'][number];
}

function Action({ item, action: { action, allowed, whyNot } }: ActionProps) {
  const say = useSay();
  if (!allowed)
    return (
      <span className="stuck-why small quiet">
        {say(`web.radar.${action}`)}: {whyNot?.sentence}
      </span>
    );
  if (action === 'open-task' && item.taskId !== null)
    return (
      <Link to="/task/$taskId" params={{ taskId: item.taskId }} className="button button-small">
        {say('web.radar.open-task')}
      </Link>
    );
  if (action === 'set-stand-in')
    return (
      <Link to="/away" className="button button-small">
        {say('web.radar.set-stand-in')}
      </Link>
    );
  if (action === 'move') return <Move item={item} />;
  return (
    <Link to="/case/$caseId" params={{ caseId: item.caseId }} className="button button-small">
      {say('web.radar.open-case')}
    </Link>
  );
}

/** Moves a case to the edition in force; told afterwards is what the API did. */
function Move({ item }: { readonly item: Stuck }) {
  const say = useSay();
  const queries = useQueryClient();
  const move = useMutation({
    mutationFn: () =>
      ask('POST /api/v1/cases/{caseId}/commands', { params: { caseId: item.caseId }, body: { verb: 'move' }, key: crypto.randomUUID() }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['radar'] }),
  });
  return (
    <>
      <button type="button" className="button button-small" disabled={move.isPending} onClick={() => move.mutate()}>
        {say('web.radar.move')}
      </button>
      {move.error === null ? null : <span className="field-fault">{faultWords(move.error, say)}</span>}
    </>
  );
}
