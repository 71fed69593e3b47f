import { useMe } from '../api/me.js';
import { DateInput } from '../parts/date-input.js';
import { numberTyped } from '../parts/number.js';
import { useReader } from '../texts/texts.js';
import { type Customer, findCustomers } from './books.js';
import { useStartDraft } from './draft.js';
import { type GoodsDraft, GoodsLines, goodsOf } from './goods-lines.js';
import { Lookup } from './lookup.js';
import { Labelled, StartFoot, type StartOf, useStart } from './start-form.js';

const empty = {
  customer: '',
  order: '',
  shipDate: '',
  deliverTo: '',
  remarks: '',
  lines: [{ line: '', quantity: '' }] as readonly GoodsDraft[],
};

/** Goods of an order that are to leave. */
export function ShipmentForm({ of }: { readonly of: StartOf }) {
  const { say, field, language } = useReader();
  const me = useMe();
  const { value, change, forget } = useStartDraft(me.id, `${of.company}/${of.procedure}`, empty);
  const { start, faults } = useStart(of, forget);
  const set = (part: Partial<typeof empty>): void => change({ ...value, ...part });
  const label = field;
  const goods = goodsOf(value.lines, (text) => numberTyped(text, language, 0));
  const whyNot =
    value.customer.trim() === ''
      ? 'customer'
      : value.order.trim() === ''
        ? 'order'
        : value.shipDate === ''
          ? 'date'
          : goods.length === 0
            ? 'quantity'
            : '';
  const send = (): void =>
    start.mutate({
      customer: value.customer.trim(),
      order: value.order.trim(),
      shipDate: value.shipDate,
      ...(value.deliverTo.trim() === '' ? {} : { deliverTo: value.deliverTo.trim() }),
      ...(value.remarks.trim() === '' ? {} : { remarks: value.remarks.trim() }),
      lines: goods.map(({ line, quantity }) => ({ id: line, quantity })),
    });
  return (
    <>
      <section className="sheet start-head">
        <Labelled label={label('customer')} path="/customer" faults={faults}>
          {({ id, 'aria-invalid': invalid }) => (
            <Lookup<Customer>
              id={id}
              label={label('customer')}
              value={value.customer}
              invalid={invalid ?? false}
              queryKey={['customers', of.company, language]}
              find={(q, signal) => findCustomers(of.company, q, language, signal)}
              onType={(customer) => set({ customer })}
              onPick={({ code }) => set({ customer: code })}
            />
          )}
        </Labelled>
        <Labelled label={label('order')} path="/order" faults={faults}>
          {(ids) => (
            <input {...ids} className="input" maxLength={60} value={value.order} onChange={({ target }) => set({ order: target.value })} />
          )}
        </Labelled>
        <Labelled label={label('shipDate')} path="/shipDate" faults={faults}>
          {({ id, 'aria-invalid': invalid }) => (
            <DateInput
              id={id}
              label={label('shipDate')}
              value={value.shipDate}
              invalid={invalid ?? false}
              onChange={(shipDate) => set({ shipDate })}
            />
          )}
        </Labelled>
        <Labelled label={label('deliverTo')} path="/deliverTo" faults={faults} optional>
          {(ids) => (
            <input
              {...ids}
              className="input"
              maxLength={200}
              value={value.deliverTo}
              onChange={({ target }) => set({ deliverTo: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={label('remarks')} path="/remarks" faults={faults} optional>
          {(ids) => (
            <textarea
              {...ids}
              className="area area-short"
              maxLength={2_000}
              value={value.remarks}
              onChange={({ target }) => set({ remarks: target.value })}
            />
          )}
        </Labelled>
      </section>
      <GoodsLines lines={value.lines} faults={faults} onChange={(lines) => set({ lines })} />
      <StartFoot
        name={say('web.start.shipment')}
        start={start}
        whyNot={whyNot === '' ? '' : say(`web.start.missing.${whyNot}`)}
        onStart={send}
        onDrop={forget}
      />
    </>
  );
}
