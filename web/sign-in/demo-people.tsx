import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type SignInWays, signInAs } from '../api/session.js';
import { Alert, faultWords } from '../parts/alert.js';
import { useSay } from '../texts/texts.js';

interface DemoPeopleProps {
  readonly companies: NonNullable<SignInWays['demo']>;
  readonly onSignedIn: () => void;
}

/** Invented people, by company and role: whoever tries the product out is each of them in turn. */
export function DemoPeople({ companies, onSignedIn }: DemoPeopleProps) {
  const say = useSay();
  const [wanted, setWanted] = useState('');
  const signIn = useMutation({ mutationFn: signInAs, onSuccess: onSignedIn });
  const matches = (text: string): boolean => text.toLowerCase().includes(wanted.trim().toLowerCase());
  return (
    <>
      <p className="quiet">{say('web.sign-in.demo')}</p>
      <input
        className="input sign-in-find"
        type="search"
        aria-label={say('web.sign-in.find')}
        placeholder={say('web.sign-in.find')}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {signIn.error === null ? null : (
        <Alert tone="late" role="alert">
          {faultWords(signIn.error, say)}
        </Alert>
      )}
      {companies.map(({ company, name, people }) => {
        const shown = people.filter((one) => matches(`${one.name} ${one.id} ${one.roles.join(' ')} ${name}`));
        if (shown.length === 0) return null;
        return (
          <section key={company} aria-labelledby={`company-${company}`}>
            <h2 id={`company-${company}`} className="sign-in-company">
              {name}
            </h2>
            <ul className="sign-in-people">
              {shown.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    className="person"
                    data-person={one.id}
                    disabled={signIn.isPending}
                    onClick={() => signIn.mutate(one.id)}
                  >
                    <span className="person-name">{one.name}</span>
                    <span className="quiet small">{one.roles.join(' · ')}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}
