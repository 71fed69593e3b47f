import { useState } from 'react';
import { type Currency, decimalsOf } from '../../domain/texts/format.js';
import { useMe } from '../api/me.js';
import { numberTyped } from '../parts/number.js';
import { languageNames, languages } from '../texts/language.js';
import { useReader } from '../texts/texts.js';
import { type Customer, findCustomers } from './books.js';
import { useStartDraft } from './draft.js';
import { Lookup } from './lookup.js';
import { emptyLine, isBlankLine, type LineDraft, lineOf } from './order-lines.js';
import { OrderLines } from './order-lines-table.js';
import { Labelled, StartFoot, type StartOf, type SubjectFaults, useStart } from './start-form.js';

export interface OrderDraft {
  readonly customer: string;
  readonly customerPo: string;
  readonly currency: Currency;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly language: string;
  readonly remarks: string;
  readonly lines: readonly LineDraft[];
}

const empty: OrderDraft = {
  customer: '',
  customerPo: '',
  currency: 'CNY',
  contactName: '',
  contactEmail: '',
  language: '',
  remarks: '',
  lines: [emptyLine],
};

const currencies = Object.keys(decimalsOf) as Currency[];

/** A customer's order, with the customer and the products out of the company's books. */
export function OrderForm({ of }: { readonly of: StartOf }) {
  const { say, language } = useReader();
  const me = useMe();
  const { value, change, forget } = useStartDraft(me.id, `${of.company}/${of.procedure}`, empty);
  const { start, faults } = useStart(of, forget);
  const [entered, setEntered] = useState(0);
  const amounts = (line: LineDraft) => ({
    quantity: numberTyped(line.quantity, language, 0),
    price: line.price.trim() === '' ? 0 : numberTyped(line.price, language, decimalsOf[value.currency]),
  });
  const lines = value.lines.filter((line) => !isBlankLine(line));
  const whyNot = whyNotYet(value, lines, amounts);
  const send = (): void => {
    const { customer, customerPo, currency, contactName, contactEmail, remarks } = value;
    start.mutate({
      customer: customer.trim(),
      customerPo: customerPo.trim(),
      currency,
      ...(contactName.trim() === '' || contactEmail.trim() === ''
        ? {}
        : { contact: { name: contactName.trim(), email: contactEmail.trim() } }),
      ...(value.language === '' ? {} : { language: value.language }),
      ...(remarks.trim() === '' ? {} : { remarks: remarks.trim() }),
      lines: lines.map((line, index) => lineOf(line, index, amounts(line))),
    });
  };
  return (
    <>
      <section className="sheet start-head">
        <OrderHead key={entered} of={of} value={value} faults={faults} onChange={change} />
      </section>
      <OrderLines of={of} value={value} faults={faults} onChange={change} />
      <StartFoot
        name={say('web.start.order')}
        start={start}
        whyNot={whyNot === '' ? '' : say(`web.start.missing.${whyNot}`)}
        onStart={send}
        onDrop={() => {
          forget();
          setEntered((times) => times + 1);
        }}
      />
    </>
  );
}

type Missing = '' | 'customer' | 'customer-po' | 'lines' | 'quantity';

function whyNotYet(
  { customer, customerPo }: OrderDraft,
  lines: readonly LineDraft[],
  amounts: (line: LineDraft) => { readonly quantity: number | undefined; readonly price: number | undefined },
): Missing {
  if (customer.trim() === '') return 'customer';
  if (customerPo.trim() === '') return 'customer-po';
  if (lines.length === 0 || lines.some(({ code, name, unit }) => [code, name, unit].some((text) => text.trim() === ''))) return 'lines';
  return lines.some((line) => (amounts(line).quantity ?? 0) < 1 || amounts(line).price === undefined) ? 'quantity' : '';
}

interface HeadProps {
  readonly of: StartOf;
  readonly value: OrderDraft;
  readonly faults: SubjectFaults;
  readonly onChange: (value: OrderDraft) => void;
}

function OrderHead({ of, value, faults, onChange }: HeadProps) {
  const { say, field, language } = useReader();
  const label = field;
  const set = (part: Partial<OrderDraft>): void => onChange({ ...value, ...part });
  const pick = (customer: Customer): void =>
    set({
      customer: customer.name.zh,
      currency: currencies.find((one) => one === customer.currency) ?? value.currency,
      language: customer.language,
      contactName: customer.contact?.name ?? value.contactName,
      contactEmail: customer.contact?.email ?? value.contactEmail,
    });
  return (
    <>
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
            onPick={pick}
          />
        )}
      </Labelled>
      <Labelled label={label('customerPo')} path="/customerPo" faults={faults}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            maxLength={60}
            value={value.customerPo}
            onChange={({ target }) => set({ customerPo: target.value })}
          />
        )}
      </Labelled>
      <Labelled label={label('currency')} path="/currency" faults={faults}>
        {(ids) => (
          <select {...ids} className="choose" value={value.currency} onChange={({ target }) => set({ currency: target.value as Currency })}>
            {currencies.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </Labelled>
      <Labelled label={say('web.start.language')} path="/language" faults={faults} optional>
        {(ids) => (
          <select {...ids} className="choose" value={value.language} onChange={({ target }) => set({ language: target.value })}>
            <option value="">—</option>
            {languages.map((one) => (
              <option key={one} value={one}>
                {languageNames[one]}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <Labelled label={label('contact')} path="/contact/name" faults={faults} optional>
        {(ids) => (
          <input
            {...ids}
            className="input"
            maxLength={60}
            value={value.contactName}
            onChange={({ target }) => set({ contactName: target.value })}
          />
        )}
      </Labelled>
      <Labelled label={label('email')} path="/contact/email" faults={faults} optional>
        {(ids) => (
          <input
            {...ids}
            className="input"
            type="email"
            maxLength={254}
            value={value.contactEmail}
            onChange={({ target }) => set({ contactEmail: target.value })}
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
    </>
  );
}
