-- What whoever looks after an installation wants to know of its doors: tokens refused, acts refused, rights changed, papers taken out. No body, no secret.
create table security_event (
  n bigint generated always as identity primary key,
  at timestamptz not null default now(),
  kind text not null,                 -- token-refused, tokens-tried, refused, rights-changed, exported
  person text,                        -- who asked, where that is known
  token text,                         -- public part of the token
  address text not null,
  route text not null,                -- method and pattern of the path
  code text not null                  -- status, or the code of the problem
);
create index security_event_at on security_event (at);
