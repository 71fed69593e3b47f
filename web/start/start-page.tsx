import { Link } from '@tanstack/react-router';
import './start.css';
import { useMe } from '../api/me.js';
import { usePageTitle } from '../parts/page-title.js';
import { useSay } from '../texts/texts.js';
import { draftsOf } from './draft.js';

/** What the reader may start, and what they have begun to enter. */
export function StartPage() {
  const say = useSay();
  const me = useMe();
  const drafts = draftsOf(me.id);
  usePageTitle(say('web.nav.start'));
  const companies = me.companies.filter(({ company }) => me.capabilities.start.some((one) => one.company === company));
  return (
    <main className="page">
      <h1>{say('web.nav.start')}</h1>
      {companies.length === 0 ? <p className="empty">{say('web.start.none')}</p> : null}
      {companies.map(({ company, name }) => (
        <section key={company} aria-label={name}>
          {companies.length < 2 ? null : <h2>{name}</h2>}
          <ul className="starts">
            {me.capabilities.start
              .filter((one) => one.company === company && one.subject !== undefined)
              .map((one) => (
                <li key={one.procedure}>
                  <Link to="/start/$company/$procedure" params={{ company, procedure: one.procedure }} className="start-card sheet">
                    <strong>{one.name}</strong>
                    <span className="clause">{one.clauses[0]}</span>
                    {drafts.includes(`${company}/${one.procedure}`) ? <span className="tag tag-note">{say('web.start.begun')}</span> : null}
                  </Link>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </main>
  );
}
