import { useReader } from '../texts/texts.js';
import type { SubjectFaults } from './start-form.js';

/** A line of an order and how much of it, while it is entered. */
export interface GoodsDraft {
  readonly line: string;
  readonly quantity: string;
}

/** The lines that are whole. */
export const goodsOf = (lines: readonly GoodsDraft[], numberIn: (text: string) => number | undefined) =>
  lines.flatMap(({ line, quantity }) => {
    const n = numberIn(quantity);
    return line.trim() === '' || n === undefined || n < 1 ? [] : [{ line: line.trim(), quantity: n }];
  });

interface GoodsLinesProps {
  readonly lines: readonly GoodsDraft[];
  readonly faults: SubjectFaults;
  readonly onChange: (lines: readonly GoodsDraft[]) => void;
}

/** Which lines of an order, and how much of each. */
export function GoodsLines({ lines, faults, onChange }: GoodsLinesProps) {
  const { say, field } = useReader();
  const set = (index: number, part: Partial<GoodsDraft>): void =>
    onChange(lines.map((one, place) => (place === index ? { ...one, ...part } : one)));
  return (
    <section className="sheet start-lines" aria-label={field('lines')}>
      <table className="table goods-grid">
        <thead>
          <tr>
            <th scope="col">{say('web.start.order-line')}</th>
            <th scope="col">{field('quantity')}</th>
            <th scope="col">
              <span className="hidden-text">{say('web.start.remove-line')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((one, index) => {
            const own = Object.entries(faults).filter(([path]) => path.startsWith(`/lines/${index}/`));
            return (
              <tr key={`${index}/${lines.length}`} data-field={own[0]?.[0]}>
                <td>
                  <input
                    className="input"
                    aria-label={say('web.start.order-line')}
                    maxLength={32}
                    value={one.line}
                    onChange={({ target }) => set(index, { line: target.value })}
                  />
                </td>
                <td>
                  <input
                    className="input number"
                    inputMode="numeric"
                    aria-label={say('web.form.of-line', { field: field('quantity'), line: one.line })}
                    aria-invalid={own.length > 0 || undefined}
                    value={one.quantity}
                    onChange={({ target }) => set(index, { quantity: target.value })}
                  />
                  {own.map(([path, fault]) => (
                    <span key={path} className="field-fault">
                      {fault}
                    </span>
                  ))}
                </td>
                <td>
                  <button
                    type="button"
                    className="button button-small button-plain"
                    aria-label={say('web.start.remove', { line: one.line })}
                    onClick={() =>
                      onChange(lines.length === 1 ? [{ line: '', quantity: '' }] : lines.filter((_one, place) => place !== index))
                    }
                  >
                    ✕
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="panel-actions start-lines-foot">
        <button type="button" className="button button-small" onClick={() => onChange([...lines, { line: '', quantity: '' }])}>
          + {say('web.start.add-line')}
        </button>
      </div>
    </section>
  );
}
