import { useSay } from '../texts/texts.js';
import { InboxRow } from './inbox-row.js';
import type { ListedTask } from './queries.js';
import type { Filter, View } from './search.js';
import type { StillRow } from './still-list.js';

interface InboxTableProps {
  readonly rows: readonly StillRow<ListedTask>[];
  readonly view: View;
  readonly filter: Filter;
}

/** One row a task; on the phone, a card. */
export function InboxTable({ rows, view, filter }: InboxTableProps) {
  const say = useSay();
  return (
    <table className="inbox-table sheet">
      <thead>
        <tr>
          <th scope="col">{say('web.inbox.due')}</th>
          <th scope="col">{say('web.inbox.step-head')}</th>
          <th scope="col">{say('web.inbox.order')}</th>
          <th scope="col">{say('web.inbox.customer')}</th>
          <th scope="col">{say(view === 'done' ? 'web.inbox.answer' : 'web.inbox.with')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ item, gone }) => (
          <InboxRow key={item.id} item={item} gone={gone} view={view} filter={filter} />
        ))}
      </tbody>
    </table>
  );
}
