import './facts.css';
import type { Schemas } from '../api/types.js';
import { useSay } from '../texts/texts.js';

export type Fact = Schemas['Fact'];

interface FactsProps {
  readonly facts: readonly Fact[];
  /** Names of what the page itself shows. */
  readonly without?: readonly string[];
}

/** What is shown, in the reader's words: labels and values, tables for lines. */
export function Facts({ facts, without = [] }: FactsProps) {
  const shown = facts.filter(({ name }) => !without.includes(name));
  const values = shown.filter((fact) => fact.kind === 'value');
  return (
    <>
      {values.length === 0 ? null : (
        <dl className="facts">
          {values.map(({ name, label, value }) => (
            <div key={name} className="facts-pair">
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {shown.map((fact) => {
        if (fact.kind === 'group') return <Group key={fact.name} label={fact.label} facts={fact.facts} />;
        return fact.kind === 'table' ? <FactTable key={fact.name} fact={fact} /> : null;
      })}
    </>
  );
}

function Group({ label, facts }: { readonly label: string; readonly facts: readonly Fact[] }) {
  const figures = facts.filter((fact) => fact.kind === 'value' && fact.numeric).length;
  const isSum = figures > 3 && facts.every(({ kind }) => kind === 'value');
  return (
    <section className={isSum ? 'facts-group facts-figures' : 'facts-group'} aria-label={label}>
      <h3 className="facts-label">{label}</h3>
      <Facts facts={facts} />
    </section>
  );
}

const mostRows = 30;

type Table = Extract<Fact, { kind: 'table' }>;

function FactTable({ fact }: { readonly fact: Table }) {
  const say = useSay();
  const { label, rows } = fact;
  const rest = rows.slice(mostRows);
  return (
    <section className="facts-group" aria-label={label}>
      <h3 className="facts-label">
        {label} <span className="quiet">{rows.length}</span>
      </h3>
      <div className="sheet scrolls">
        <Rows fact={fact} rows={rows.slice(0, mostRows)} />
        {rest.length === 0 ? null : (
          <details className="facts-more">
            <summary>{say('web.facts.more', { n: rest.length })}</summary>
            <Rows fact={fact} rows={rest} />
          </details>
        )}
      </div>
    </section>
  );
}

function Rows({ fact: { columns }, rows }: { readonly fact: Table; readonly rows: Table['rows'] }) {
  // What a row holds beyond its cells stands below its name.
  const named = columns.findIndex(({ name }) => name === 'name');
  const wide = named < 0 ? Math.min(2, columns.length - 1) : named;
  const classOf = (index: number): string => (columns[index]?.numeric === true ? 'number' : index === wide ? 'wraps' : '');
  return (
    <table className="table facts-table">
      <thead>
        <tr>
          {columns.map(({ name, label, numeric }) => (
            <th key={name} scope="col" className={numeric ? 'number' : ''}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, cells, details }) => (
          <tr key={id}>
            {cells.map((cell, index) => (
              <td key={columns[index]?.name} className={classOf(index)} data-label={columns[index]?.label}>
                {cell === '' ? '—' : cell}
                {index === wide
                  ? details.map((detail) => (
                      <span key={detail} className="facts-detail">
                        {detail}
                      </span>
                    ))
                  : null}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
