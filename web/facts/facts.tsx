import './facts.css';
import { useNow } from '../parts/now.js';
import { useReader } from '../texts/texts.js';
import { type Fact, factsOf } from './facts-model.js';

interface FactsProps {
  readonly data: unknown;
  readonly zone: string;
  readonly without?: readonly string[];
}

/** What is shown, in the reader's words: labels and values, tables for lines. */
export function Facts({ data, zone, without = [] }: FactsProps) {
  const { say, language, field, value } = useReader();
  const facts = factsOf(data, { say, field, value, language, now: useNow(), zone }, without);
  return <FactList facts={facts} />;
}

function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  const plain = facts.filter((fact) => fact.kind === 'fact');
  return (
    <>
      {plain.length === 0 ? null : (
        <dl className="facts">
          {plain.map(({ label, cell }) => (
            <div key={`${label} ${cell.text}`} className="facts-pair">
              <dt>{label}</dt>
              <dd>{cell.text}</dd>
            </div>
          ))}
        </dl>
      )}
      {facts.map((fact) => {
        if (fact.kind === 'group') return <Group key={fact.label} label={fact.label} facts={fact.facts} />;
        return fact.kind === 'table' ? <FactTable key={fact.label} fact={fact} /> : null;
      })}
    </>
  );
}

function Group({ label, facts }: { readonly label: string; readonly facts: readonly Fact[] }) {
  const figures =
    facts.every((fact) => fact.kind === 'fact') && facts.filter((fact) => fact.kind === 'fact' && fact.cell.isNumber === true).length > 3;
  return (
    <section className={figures ? 'facts-group facts-figures' : 'facts-group'} aria-label={label}>
      <h3 className="facts-label">{label}</h3>
      <FactList facts={facts} />
    </section>
  );
}

const mostRows = 30;

function FactTable({ fact: { label, columns, rows } }: { readonly fact: Extract<Fact, { kind: 'table' }> }) {
  const { say } = useReader();
  const shown = rows.slice(0, mostRows);
  const rest = rows.slice(mostRows);
  const body = (some: typeof rows) =>
    some.map(({ id, cells, details }) => (
      <tr key={id}>
        {cells.map(({ text, isNumber }, index) => (
          <td
            key={columns[index]?.label ?? text}
            className={isNumber === true ? 'number' : index === detailColumn(columns.length) ? 'wraps' : ''}
            data-label={columns[index]?.label}
          >
            {text}
            {index === detailColumn(columns.length)
              ? details.map((detail) => (
                  <span key={detail} className="facts-detail">
                    {detail}
                  </span>
                ))
              : null}
          </td>
        ))}
      </tr>
    ));
  const head = (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.label} scope="col" className={column.isNumber ? 'number' : ''}>
            {column.label}
          </th>
        ))}
      </tr>
    </thead>
  );
  return (
    <section className="facts-group" aria-label={label}>
      <h3 className="facts-label">
        {label} <span className="quiet">{rows.length}</span>
      </h3>
      <div className="sheet scrolls">
        <table className="table facts-table">
          {head}
          <tbody>{body(shown)}</tbody>
        </table>
        {rest.length === 0 ? null : (
          <details className="facts-more">
            <summary>{say('web.facts.more', { n: rest.length })}</summary>
            <table className="table facts-table">
              {head}
              <tbody>{body(rest)}</tbody>
            </table>
          </details>
        )}
      </div>
    </section>
  );
}

/** What a row holds beyond its cells stands below its name. */
const detailColumn = (columns: number): number => Math.min(2, columns - 1);
