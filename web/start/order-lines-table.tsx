import { type ClipboardEvent, useState } from 'react';
import { decimalsOf } from '../../domain/texts/format.js';
import { DateInput } from '../parts/date-input.js';
import { dayTyped } from '../parts/day-input.js';
import { useReader } from '../texts/texts.js';
import { findProducts, type Product, withCatalogue } from './books.js';
import { Lookup } from './lookup.js';
import type { OrderDraft } from './order-form.js';
import { emptyLine, isBlankLine, type LineDraft, lineFrom, linesPasted } from './order-lines.js';
import type { StartOf, SubjectFaults } from './start-form.js';

interface OrderLinesProps {
  readonly of: StartOf;
  readonly value: OrderDraft;
  readonly faults: SubjectFaults;
  readonly onChange: (value: OrderDraft) => void;
}

/** The lines of an order: typed, picked from the catalogue, or pasted from a spreadsheet. */
export function OrderLines({ of, value, faults, onChange }: OrderLinesProps) {
  const { say, field, language } = useReader();
  const [before, setBefore] = useState<readonly LineDraft[]>();
  const { lines } = value;
  const setLines = (next: readonly LineDraft[]): void => onChange({ ...value, lines: next });
  const paste = (event: ClipboardEvent): void => {
    const today = new Date().toISOString().slice(0, 10);
    const pasted = linesPasted(event.clipboardData.getData('text/plain'), (text) => dayTyped(text, language, today));
    if (pasted === undefined) return;
    event.preventDefault();
    setBefore(lines);
    const all = [...lines.filter((line) => !isBlankLine(line)), ...pasted];
    setLines(all);
    // What the catalogue knows of the codes is filled in; what the cells said stays.
    void withCatalogue(of.company, all, value.currency).then(setLines);
  };
  const heads = ['code', 'name', 'quantity', 'unit', 'unitPriceMinor', 'requestedDate'] as const;
  return (
    <section className="sheet start-lines" aria-label={field('lines')} onPaste={paste}>
      <div className="scrolls">
        <table className="table lines-grid">
          <thead>
            <tr>
              <th scope="col">{say('web.line-no')}</th>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {field(head)}
                </th>
              ))}
              <th scope="col">
                <span className="hidden-text">{say('web.start.remove-line')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <LineRow
                // A line has no name of its own until it is sent: its place is its name.
                key={`${index}/${lines.length}`}
                of={of}
                line={line}
                index={index}
                currency={value.currency}
                faults={faults}
                onChange={(next) => setLines(lines.map((one, place) => (place === index ? next : one)))}
                onRemove={() => setLines(lines.length === 1 ? [emptyLine] : lines.filter((_one, place) => place !== index))}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className="panel-actions start-lines-foot">
        <button
          type="button"
          className="button button-small"
          onClick={() => setLines([...lines, { ...emptyLine, requestedDate: lines.at(-1)?.requestedDate ?? '' }])}
        >
          + {say('web.start.add-line')}
        </button>
        <span className="quiet small">
          {say('web.start.lines', { n: lines.filter((line) => !isBlankLine(line)).length })} · {say('web.start.paste')}
        </span>
        {before === undefined ? null : (
          <button
            type="button"
            className="button button-small button-plain"
            onClick={() => {
              setLines(before);
              setBefore(undefined);
            }}
          >
            {say('web.start.undo-paste')}
          </button>
        )}
      </div>
    </section>
  );
}

interface LineRowProps {
  readonly of: StartOf;
  readonly line: LineDraft;
  readonly index: number;
  readonly currency: OrderDraft['currency'];
  readonly faults: SubjectFaults;
  readonly onChange: (line: LineDraft) => void;
  readonly onRemove: () => void;
}

function LineRow({ of, line, index, currency, faults, onChange, onRemove }: LineRowProps) {
  const { say, field, language } = useReader();
  const label = (name: Parameters<typeof field>[0]): string => say('web.form.of-line', { field: field(name), line: index + 1 });
  const own = Object.entries(faults).filter(([path]) => path.startsWith(`/lines/${index}/`));
  const text = (name: 'name' | 'quantity' | 'unit' | 'price', shown: Parameters<typeof field>[0], longest: number) => (
    <input
      className={name === 'quantity' || name === 'price' ? 'input number' : 'input'}
      aria-label={label(shown)}
      aria-invalid={own.some(([path]) => path.endsWith(`/${shown}`)) || undefined}
      data-field={`/lines/${index}/${shown}`}
      inputMode={name === 'quantity' || name === 'price' ? 'decimal' : undefined}
      maxLength={longest}
      value={line[name]}
      onChange={({ target }) => onChange({ ...line, [name]: target.value })}
    />
  );
  return (
    <>
      <tr>
        <th scope="row">{index + 1}</th>
        <td className="grid-code" data-label={field('code')} data-field={`/lines/${index}/code`}>
          <Lookup<Product>
            label={label('code')}
            value={line.code}
            invalid={own.some(([path]) => path.endsWith('/code'))}
            queryKey={['products', of.company, language]}
            find={(q, signal) => findProducts(of.company, q, language, signal)}
            onType={(code) => {
              const { entry, ...others } = line;
              onChange(entry !== undefined && entry.code !== code ? { ...others, code } : { ...line, code });
            }}
            onPick={(product) => onChange(lineFrom(line, product, currency, decimalsOf[currency]))}
          />
        </td>
        <td className="grid-name" data-label={field('name')}>
          {text('name', 'name', 120)}
        </td>
        <td data-label={field('quantity')}>{text('quantity', 'quantity', 12)}</td>
        <td className="grid-unit" data-label={field('unit')}>
          {text('unit', 'unit', 10)}
        </td>
        <td data-label={field('unitPriceMinor')}>{text('price', 'unitPriceMinor', 16)}</td>
        <td className="grid-date" data-label={field('requestedDate')}>
          <DateInput
            label={label('requestedDate')}
            value={line.requestedDate}
            onChange={(requestedDate) => onChange({ ...line, requestedDate })}
          />
        </td>
        <td>
          <button
            type="button"
            className="button button-small button-plain"
            aria-label={say('web.start.remove', { line: index + 1 })}
            onClick={onRemove}
          >
            ✕
          </button>
        </td>
      </tr>
      {own.length === 0 ? null : (
        <tr>
          <td colSpan={8} className="field-fault">
            {own.map(([, fault]) => fault).join(' ')}
          </td>
        </tr>
      )}
    </>
  );
}
