import { useNow } from '../parts/now.js';
import { dayOf, momentOf } from '../parts/time.js';
import { useReader } from '../texts/texts.js';
import type { Case } from './queries.js';

/** The dates that were promised, line by line, every version. */
export function Promises({ page, zone }: { readonly page: Case; readonly zone: string }) {
  const { say, language } = useReader();
  const now = useNow();
  if (page.promises.length === 0) return <p className="empty">{say('web.promises.none')}</p>;
  const lines = Map.groupBy(page.promises, ({ line }) => line);
  return (
    <div className="sheet scrolls">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say('web.line-no')}</th>
            <th scope="col">{say('web.promises.date')}</th>
            <th scope="col">{say('web.promises.slip')}</th>
            <th scope="col">{say('web.promises.cause')}</th>
            <th scope="col">{say('web.promises.by')}</th>
          </tr>
        </thead>
        <tbody>
          {[...lines].flatMap(([line, versions]) =>
            versions
              .toSorted((a, b) => b.version - a.version)
              .map(({ version, date, slipDays, causeName, by, at }, index) => (
                <tr key={`${line}/${version}`} className={index === 0 ? '' : 'promise-before'}>
                  <td>{index === 0 ? line : ''}</td>
                  <td>{index === 0 ? dayOf(date, language, now) : <s>{dayOf(date, language, now)}</s>}</td>
                  <td>{slipDays > 0 ? <span className="tag tag-late">▲ {say('web.promises.later', { n: slipDays })}</span> : '—'}</td>
                  <td>{causeName === '' ? '—' : causeName}</td>
                  <td className="quiet">
                    {page.people[by] ?? '…'} · {momentOf(at, { language, now, zone })}
                  </td>
                </tr>
              )),
          )}
        </tbody>
      </table>
    </div>
  );
}
