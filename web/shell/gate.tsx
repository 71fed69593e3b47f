import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { isSignedOut } from '../api/client.js';
import { MeProvider, meQuery } from '../api/me.js';
import { renew } from '../api/session.js';
import { sessionBegun, useSessionEnded } from '../api/session-state.js';
import { Fault } from '../parts/alert.js';
import { SignInPage } from '../sign-in/sign-in-page.js';
import { hasChosenLanguage, useReader } from '../texts/texts.js';

/** Shows the app to who is signed in, and else sign-in. A session that ends is begun again above the page, which keeps what was typed. */
export function Gate({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const { language, change } = useReader();
  const ended = useSessionEnded();
  const { data: me, error, refetch } = useQuery({ ...meQuery(language), placeholderData: (before) => before });
  const own = me?.locale;
  useEffect(() => {
    if (own !== undefined && own !== language && !hasChosenLanguage()) void change(own);
  }, [own, language, change]);
  useRenewal(me !== undefined);
  const begin = async (): Promise<void> => {
    const before = me?.id;
    sessionBegun();
    const { data: after } = await refetch();
    // Somebody else's page is not theirs.
    if (before !== undefined && after?.id !== before) window.location.assign('/');
    else await queries.invalidateQueries();
  };
  if (me === undefined) {
    if (isSignedOut(error)) return <SignInPage onSignedIn={() => void begin()} />;
    return error === null ? null : (
      <main className="page">
        <Fault error={error} again={() => void refetch()} />
      </main>
    );
  }
  return (
    <MeProvider me={me}>
      {children}
      {ended ? <SignInAbove onSignedIn={() => void begin()} /> : null}
    </MeProvider>
  );
}

/** Well within the hours that a session lasts without being renewed. */
const renewEvery = 30 * 60_000;

/** A session that is used goes on, under a new secret. */
function useRenewal(signedIn: boolean): void {
  useEffect(() => {
    if (!signedIn) return undefined;
    const timer = window.setInterval(() => void renew().catch(() => undefined), renewEvery);
    return () => window.clearInterval(timer);
  }, [signedIn]);
}

function SignInAbove({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { say } = useReader();
  return (
    <ModalOverlay className="backdrop" isOpen>
      <Modal className="dialog dialog-wide">
        <Dialog aria-label={say('web.sign-in.title')}>
          <p>{say('web.sign-in.ended')}</p>
          <SignInPage onSignedIn={onSignedIn} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
