import { useNow } from '../parts/now.js';
import { momentOf } from '../parts/time.js';
import { languageNames } from '../texts/language.js';
import { useReader } from '../texts/texts.js';
import type { Case } from './queries.js';

/** What was printed, as PDF; what replaced it stands above it. */
export function Papers({ page, zone }: { readonly page: Case; readonly zone: string }) {
  const { say, language } = useReader();
  const now = useNow();
  if (page.printed.length === 0) return <p className="empty">{say('web.papers.none')}</p>;
  const names = new Map(page.documents.map(({ kind, name }) => [kind, name]));
  return (
    <ul className="sheet papers">
      {page.printed.toReversed().map((paper) => (
        <li key={paper.id} className="paper">
          <a href={`/api/v1/documents/${encodeURIComponent(paper.id)}.pdf`} target="_blank" rel="noreferrer" className="paper-link">
            {names.get(paper.kind) ?? say('web.papers.paper')} {paper.number}
          </a>
          <span className="quiet small">
            PDF · {languageNames[paper.language]} · {momentOf(paper.createdAt, { language, now, zone })}
          </span>
          {paper.replacedBy === null ? null : <span className="tag">{say('web.papers.replaced')}</span>}
          {paper.replaces === null ? null : <span className="tag tag-note">{say('web.papers.correction')}</span>}
        </li>
      ))}
    </ul>
  );
}
