import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMe, usePeople, useZone } from '../api/me.js';
import { Due } from '../parts/due.js';
import { useNow } from '../parts/now.js';
import { lengthOf } from '../parts/time.js';
import { taskQuery } from '../task/queries.js';
import { useReader, useSay } from '../texts/texts.js';
import { ClaimButton } from './claim-button.js';
import type { ListedTask } from './queries.js';
import type { Filter, View } from './search.js';

interface InboxRowProps {
  readonly item: ListedTask;
  readonly gone: boolean;
  readonly view: View;
  readonly filter: Filter;
}

/** The whole row is one link; what else can be done on it lies above. */
export function InboxRow({ item, gone, view, filter }: InboxRowProps) {
  const say = useSay();
  const { language } = useReader();
  const queries = useQueryClient();
  const zone = useZone(item.company);
  const ahead = (): void => void queries.prefetchQuery(taskQuery(item, language));
  return (
    <tr className={gone ? 'row row-gone' : 'row'}>
      <td className="row-due">
        <Due of={item} zone={zone} />
      </td>
      <td className="row-step">
        <Link
          to="/task/$taskId"
          params={{ taskId: item.id }}
          search={{ view, ...filter }}
          className="row-link"
          onFocus={ahead}
          onPointerEnter={ahead}
        >
          {item.name}
        </Link>
        <span className="clause">{item.clauses.join(' ')}</span>
      </td>
      <td className="row-order">
        <span className="row-number">{item.number}</span>
        <span className="quiet small" title={item.procedureName}>
          {item.procedureName}
        </span>
      </td>
      <td className="row-title">{item.title}</td>
      <td className="row-with">{gone ? <span className="tag">{say('web.inbox.gone')}</span> : <With item={item} view={view} />}</td>
    </tr>
  );
}

/** With whom it is and since when; in the list of a group, the way to take it. */
function With({ item, view }: { readonly item: ListedTask; readonly view: View }) {
  const say = useSay();
  const me = useMe();
  const now = useNow();
  const people = usePeople(item.actingFor === undefined ? undefined : item.company);
  if (view === 'done') return <span className="small">{item.stateName}</span>;
  const age = lengthOf(now - Date.parse(item.openedAt), say);
  const mine = item.claimedBy === me.id;
  const open = item.seats.filter(({ state }) => state === undefined);
  const whose = [...new Set(open.flatMap(({ candidates }) => candidates.map(({ name }) => name)))].join(', ');
  return (
    <>
      {item.actingFor === undefined ? null : (
        <span className="tag tag-note">{say('web.inbox.for', { person: people.get(item.actingFor) ?? '…' })}</span>
      )}
      {mine ? <span className="tag tag-done">{say('web.inbox.taken-by-me')}</span> : null}
      {!mine && item.claimedByName !== undefined ? (
        <span className="tag">{say('web.inbox.taken-by', { person: item.claimedByName })}</span>
      ) : null}
      {item.claimedBy === undefined ? <span className="small row-whose">{whose}</span> : null}
      <span className="quiet small">{say('web.inbox.since', { length: age })}</span>
      {view === 'group' && item.claimedBy === undefined ? <ClaimButton item={item} /> : null}
    </>
  );
}
