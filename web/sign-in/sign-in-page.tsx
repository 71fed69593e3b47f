import { useQuery } from '@tanstack/react-query';
import './sign-in.css';
import { waysQuery } from '../api/session.js';
import { Fault } from '../parts/alert.js';
import { LanguageChoice } from '../parts/language-choice.js';
import { useReader } from '../texts/texts.js';
import { DemoPeople } from './demo-people.js';

/** Who are you? Nothing else is shown before. */
export function SignInPage({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { language, say } = useReader();
  const { data, error, refetch } = useQuery(waysQuery(language));
  return (
    <div className="sign-in">
      <header className="sign-in-head">
        <span className="mark">Gendan 跟单</span>
        <LanguageChoice />
      </header>
      <main className="sign-in-main">
        <h1>{say('web.sign-in.title')}</h1>
        {error === null ? null : <Fault error={error} again={() => void refetch()} />}
        {data?.demo === undefined || data.demo === null ? null : <DemoPeople companies={data.demo} onSignedIn={onSignedIn} />}
        {data !== undefined && data.demo === null ? <p>{say('web.sign-in.none')}</p> : null}
      </main>
    </div>
  );
}
