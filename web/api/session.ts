import { queryOptions } from '@tanstack/react-query';
import type { Language } from '../texts/language.js';
import { type Answer, ask } from './client.js';

export type SignInWays = Answer<'GET /api/v1/sign-in'>;

/** How one may sign in here. */
export const waysQuery = (language: Language) =>
  queryOptions({ queryKey: ['sign-in', language], queryFn: ({ signal }) => ask('GET /api/v1/sign-in', { signal }) });

/** Begins a session as one of the demo people; a cookie holds it. */
export const signInAs = (person: string) => ask('POST /api/v1/session', { body: { person } });

export const signOut = () => ask('DELETE /api/v1/session');

export const renew = () => ask('PUT /api/v1/session');
