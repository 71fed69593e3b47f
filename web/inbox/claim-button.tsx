import { useMutation, useQueryClient } from '@tanstack/react-query';
import { faultWords } from '../parts/alert.js';
import { commandTask } from '../task/commands.js';
import { useSay } from '../texts/texts.js';
import type { ListedTask } from './queries.js';

/** Takes a task of the group, so that nobody else begins with it. */
export function ClaimButton({ item }: { readonly item: ListedTask }) {
  const say = useSay();
  const queries = useQueryClient();
  const claim = useMutation({
    mutationFn: () => commandTask(item, { verb: 'claim' }, crypto.randomUUID()),
    onSettled: () => Promise.all(['tasks', 'counts'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <span className="row-action">
      <button type="button" className="button button-small" disabled={claim.isPending} onClick={() => claim.mutate()}>
        {say('web.inbox.claim')}
      </button>
      {claim.error === null ? null : (
        <span className="field-fault" role="alert">
          {faultWords(claim.error, say)}
        </span>
      )}
    </span>
  );
}
