import { useMe } from '../api/me.js';
import { numberTyped } from '../parts/number.js';
import { useReader } from '../texts/texts.js';
import { useStartDraft } from './draft.js';
import { type GoodsDraft, GoodsLines, goodsOf } from './goods-lines.js';
import { Labelled, StartFoot, type StartOf, useStart } from './start-form.js';

const empty = {
  application: 'made',
  orderNumber: '',
  name: '',
  email: '',
  reason: '',
  freightBill: '',
  lines: [{ line: '', quantity: '' }] as readonly GoodsDraft[],
};

/** A customer's wish to return goods, or goods that stand at the door without one. */
export function ReturnForm({ of }: { readonly of: StartOf }) {
  const { say, field, language } = useReader();
  const me = useMe();
  const { value, change, forget } = useStartDraft(me.id, `${of.company}/${of.procedure}`, empty);
  const { start, faults } = useStart(of, forget);
  const set = (part: Partial<typeof empty>): void => change({ ...value, ...part });
  const label = field;
  const made = value.application === 'made';
  const goods = goodsOf(value.lines, (text) => numberTyped(text, language, 0));
  const whyNot =
    value.orderNumber.trim() === ''
      ? 'order'
      : value.name.trim() === ''
        ? 'requested-by'
        : made && value.reason.trim() === ''
          ? 'reason'
          : goods.length === 0
            ? 'quantity'
            : '';
  const send = (): void =>
    start.mutate({
      application: value.application,
      orderNumber: value.orderNumber.trim(),
      requestedBy: { name: value.name.trim(), ...(value.email.trim() === '' ? {} : { email: value.email.trim() }) },
      ...(made ? { reason: value.reason.trim() } : value.freightBill.trim() === '' ? {} : { freightBill: value.freightBill.trim() }),
      lines: goods,
    });
  return (
    <>
      <section className="sheet start-head">
        <fieldset className="choices start-wide">
          <legend>{label('application')}</legend>
          {(['made', 'missing'] as const).map((one) => (
            <label key={one} className="choice">
              <input type="radio" name="application" checked={value.application === one} onChange={() => set({ application: one })} />
              {say(`web.start.application.${one}`)}
            </label>
          ))}
        </fieldset>
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
        {made ? (
          <Labelled label={label('reason')} path="/reason" faults={faults}>
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
        ) : (
          <Labelled label={label('freightBill')} path="/freightBill" faults={faults} optional>
            {(ids) => (
              <input
                {...ids}
                className="input"
                maxLength={60}
                value={value.freightBill}
                onChange={({ target }) => set({ freightBill: target.value })}
              />
            )}
          </Labelled>
        )}
      </section>
      <GoodsLines lines={value.lines} faults={faults} onChange={(lines) => set({ lines })} />
      <StartFoot
        name={say('web.start.return')}
        start={start}
        whyNot={whyNot === '' ? '' : say(`web.start.missing.${whyNot}`)}
        onStart={send}
        onDrop={forget}
      />
    </>
  );
}
