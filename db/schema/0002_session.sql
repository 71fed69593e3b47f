-- Somebody who is signed in, in one browser. The secret is in a cookie and is kept nowhere; its hash is looked up as that of a token.
create table session (
  id text primary key,                -- public part, for ending it
  hash bytea not null unique,         -- sha-256 of the secret
  person_id text not null references person,
  way text not null check (way in ('demo', 'password', 'provider')), -- how they signed in
  begun_at timestamptz not null,      -- when they signed in; kept when the secret is renewed
  expires_at timestamptz not null
);
create index session_person on session (person_id);
create index session_expired on session (expires_at);
