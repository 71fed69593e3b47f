-- Keys that messages between API, workers and Temporal have been sealed with, by their ids; the keys themselves are never here.
create table seal_key (
  id text primary key,
  since timestamptz not null default now()
);

-- When this installation began to seal. Before it, what Temporal holds was plain.
create table sealed_since (
  one boolean primary key default true check (one),
  at timestamptz not null default now()
);

-- What was plain then, of the cases there were: nothing else that is plain is taken, and an update's input only under the ids it had.
create table plain_before (
  case_id text not null,
  hash text not null,
  updates text[] not null default '{}',
  primary key (case_id, hash)
);
