import type { KeyboardEvent } from 'react';
import type { Fact } from '../../facts/facts.js';
import { useSay } from '../../texts/texts.js';
import type { Task } from '../queries.js';
import type { Faults } from './answer-part.js';
import type { FormField } from './form-model.js';
import { ValueInput } from './value-input.js';
import type { Values } from './values.js';

interface LinesTableProps {
  readonly task: Task;
  readonly fields: readonly FormField[];
  readonly values: Values;
  readonly faults: Faults;
  readonly change: (next: (before: Values) => Values) => void;
}

type ByLine = Readonly<Record<string, Values>>;
const linesOf = (values: Values): ByLine => (values['lines'] ?? {}) as ByLine;

/** The fields of each line beside what is shown of it. Some lines may be answered now and the others later. */
export function LinesTable({ task, fields, values, faults, change }: LinesTableProps) {
  const say = useSay();
  const table = task.facts.find((fact): fact is Extract<Fact, { kind: 'table' }> => fact.kind === 'table' && fact.name === 'lines');
  const ids = task.lines ?? table?.rows.map(({ id }) => id) ?? [];
  const set = (line: string, field: string, entered: unknown): void =>
    change((before) => ({ ...before, lines: { ...linesOf(before), [line]: { ...linesOf(before)[line], [field]: entered } } }));
  const forAll = (field: string): void => {
    const [first = ''] = ids;
    change((before) => {
      const wanted = linesOf(before)[first]?.[field];
      return {
        ...before,
        lines: Object.fromEntries(
          ids.map((line) => [line, { ...linesOf(before)[line], [field]: linesOf(before)[line]?.[field] || wanted }]),
        ),
      };
    });
  };
  const columns = (table?.columns ?? []).flatMap((column, index) => (['id', 'line'].includes(column.name) ? [] : [{ ...column, index }]));
  return (
    <div className="lines scrolls" data-field="/lines">
      {faults['/lines'] === undefined ? null : <span className="field-fault">{faults['/lines']}</span>}
      <table className="table lines-table" onKeyDown={moveDown}>
        <thead>
          <tr>
            <th scope="col">{say('web.line-no')}</th>
            {columns.map(({ name, label, numeric }) => (
              <th key={name} scope="col" className={numeric ? 'number' : ''}>
                {label}
              </th>
            ))}
            {fields.map((field) => (
              <th key={field.name} scope="col">
                {field.label} {field.required ? null : <span className="quiet">{say('web.form.optional')}</span>}
                {ids.length > 1 && field.kind !== 'area' ? (
                  <button type="button" className="fill-down" onClick={() => forAll(field.name)}>
                    {say('web.form.same-for-rest')}
                  </button>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ids.map((line) => (
            <tr key={line}>
              <th scope="row">{line}</th>
              {columns.map(({ name, label, numeric, index }) => (
                <td key={name} className={numeric ? 'number' : ''} data-label={label}>
                  {table?.rows.find(({ id }) => id === line)?.cells[index] ?? '—'}
                </td>
              ))}
              {fields.map((field) => {
                const path = `/lines/${line}/${field.name}`;
                return (
                  <td key={field.name} className="lines-entry" data-label={field.label}>
                    <ValueInput
                      field={field.kind === 'area' ? { ...field, kind: 'text' } : field}
                      path={path}
                      label={say('web.form.of-line', { field: field.label, line })}
                      value={linesOf(values)[line]?.[field.name]}
                      fault={faults[path]}
                      describedBy={`fault-${path}`}
                      onChange={(entered) => set(line, field.name, entered)}
                    />
                    {faults[path] === undefined ? null : (
                      <span id={`fault-${path}`} className="field-fault">
                        {faults[path]}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Enter goes to the same field of the next line. */
function moveDown(event: KeyboardEvent<HTMLTableElement>): void {
  const { target } = event;
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || !(target instanceof HTMLInputElement))
    return;
  const cell = target.closest('td');
  const index = cell === null ? -1 : [...(cell.parentElement?.children ?? [])].indexOf(cell);
  const next = cell?.parentElement?.nextElementSibling?.children[index]?.querySelector('input');
  event.preventDefault();
  next?.focus();
  next?.select();
}
