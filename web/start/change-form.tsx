import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api/client.js';
import { useMe } from '../api/me.js';
import { AmendFields } from '../case/amend-fields.js';
import { useReader } from '../texts/texts.js';
import { useStartDraft } from './draft.js';
import { Labelled, StartFoot, type StartOf, useStart } from './start-form.js';

const empty = { orderNumber: '', name: '', email: '', reason: '' };

/** A customer's wish to change an order: which one, and what of it. */
export function ChangeForm({ of }: { readonly of: StartOf }) {
  const { say, field, language } = useReader();
  const me = useMe();
  const { value, change, forget } = useStartDraft(me.id, `${of.company}/${of.procedure}`, empty);
  const { start, faults } = useStart(of, forget);
  const [changes, setChanges] = useState<Readonly<Record<string, unknown>>>({});
  const set = (part: Partial<typeof empty>): void => change({ ...value, ...part });
  const label = field;
  const number = value.orderNumber.trim();
  const order = useQuery({
    queryKey: ['order-of', of.company, number, language],
    enabled: number.length > 2,
    queryFn: async ({ signal }) => {
      const { items } = await ask('GET /api/v1/cases', { query: { company: of.company, number, limit: 5 }, signal });
      const found = items.find((one) => one.caseId.includes(':order-intake:')) ?? items[0];
      return found === undefined ? null : ask('GET /api/v1/cases/{caseId}', { params: { caseId: found.caseId }, signal });
    },
  });
  const whyNot = number === '' ? 'order' : value.name.trim() === '' ? 'requested-by' : Object.keys(changes).length === 0 ? 'changes' : '';
  const send = (): void =>
    start.mutate({
      orderNumber: number,
      requestedBy: { name: value.name.trim(), ...(value.email.trim() === '' ? {} : { email: value.email.trim() }) },
      ...(value.reason.trim() === '' ? {} : { reason: value.reason.trim() }),
      changes,
    });
  return (
    <>
      <section className="sheet start-head">
        <Labelled label={label('orderNumber')} path="/orderNumber" faults={faults}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              maxLength={60}
              value={value.orderNumber}
              onChange={({ target }) => set({ orderNumber: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={label('requestedBy')} path="/requestedBy/name" faults={faults}>
          {(ids) => (
            <input {...ids} className="input" maxLength={60} value={value.name} onChange={({ target }) => set({ name: target.value })} />
          )}
        </Labelled>
        <Labelled label={label('email')} path="/requestedBy/email" faults={faults} optional>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="email"
              maxLength={254}
              value={value.email}
              onChange={({ target }) => set({ email: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={label('reason')} path="/reason" faults={faults} optional>
          {(ids) => (
            <textarea
              {...ids}
              className="area area-short"
              maxLength={2_000}
              value={value.reason}
              onChange={({ target }) => set({ reason: target.value })}
            />
          )}
        </Labelled>
      </section>
      {order.data === undefined || order.data === null ? (
        <p className="quiet">
          {number.length > 2 && order.isSuccess ? say('web.start.no-order', { number }) : say('web.start.order-first')}
        </p>
      ) : (
        <section className="sheet start-lines">
          <AmendFields key={order.data.caseId} page={order.data} onChange={setChanges} />
        </section>
      )}
      <StartFoot
        name={say('web.start.change')}
        start={start}
        whyNot={whyNot === '' ? '' : say(`web.start.missing.${whyNot}`)}
        onStart={send}
        onDrop={forget}
      />
    </>
  );
}
