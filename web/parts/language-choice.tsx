import { languageNames, languages, tags } from '../texts/language.js';
import { useReader } from '../texts/texts.js';

/** The three languages, each in its own words. */
export function LanguageChoice() {
  const { language, change, say } = useReader();
  return (
    <div className="languages" role="group" aria-label={say('web.language')}>
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          className="language"
          lang={tags[one]}
          aria-pressed={one === language}
          onClick={() => void change(one)}
        >
          {languageNames[one]}
        </button>
      ))}
    </div>
  );
}
