-- SQL follows Temporal: every row below is made from a case's ledger rows, in seq order, or belongs to the edge (commands, people, tokens).
create table edition (
  id text primary key,
  books json not null,                -- (json: the order of outcomes and fields is the policy's own)
                                      -- company policies and their procedures, as pinned
  manifest jsonb not null,            -- bundle and source hashes
  code text not null,                 -- the bundle itself, so that any worker can serve it
  created_at timestamptz not null default now(),
  current boolean not null default false
);
create unique index edition_current on edition (current) where current;

-- what the books of an edition say that is needed row by row, so that nobody unpacks the books for it; filled when an edition is saved
create table edition_procedure (
  edition text not null references edition on delete cascade,
  company text not null,
  procedure text not null,
  implementation text not null,       -- the workflow type
  documents jsonb not null,           -- notice -> kind of the document it is kept as
  primary key (edition, company, procedure)
);
create function edition_procedures() returns trigger language plpgsql as $$
begin
  insert into edition_procedure (edition, company, procedure, implementation, documents)
  select new.id, company.key, procedure.key, procedure.value->>'implementation',
    coalesce((select jsonb_object_agg(notice.key, notice.value->>'document')
      from jsonb_each(procedure.value->'notices') notice where notice.value->>'document' is not null), '{}')
  from jsonb_each(new.books::jsonb) company, jsonb_each(company.value->'procedures') procedure;
  return null;
end $$;
create trigger edition_procedures after insert on edition for each row execute function edition_procedures();

create table company (
  id text primary key,
  policy jsonb not null
);

create table person (
  id text primary key,
  name text not null,
  locale text not null check (locale in ('zh', 'en', 'id')),
  active boolean not null default true
);
create table membership (
  person_id text not null references person,
  company_id text not null references company,
  role text not null,
  primary key (person_id, company_id, role)
);
create index membership_role on membership (company_id, role);
-- bumped by every change of people or memberships; kept with each decision
create table directory (
  single boolean primary key default true check (single),
  version integer not null default 1
);
insert into directory default values;

create table token (
  id text primary key,                -- public part, for revoking
  hash bytea not null unique,         -- sha-256 of the secret; the secret itself is shown once and never kept
  person_id text not null references person,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table command (
  id text primary key,                -- hash of actor and idempotency key; the id of the workflow update
  n bigint generated always as identity, -- the order in which they came
  case_id text not null,
  verb text not null,                 -- begin, complete, return, amend, cancel, move, calendar
  actor text not null,
  key text not null,
  body_hash text not null,
  subject_hash text,                  -- begin: the content hash of its subject
  body json not null,                 -- the start or the command, whole, so that any process can send it again
  status text not null default 'pending' check (status in ('pending', 'done', 'refused')),
  answer json,                        -- done: turn, status, flying; refused: code and values
  at timestamptz not null default now(),
  sent_by text,                       -- who is sending it: one claim of one process
  sent_until timestamptz,             -- until when that claim holds; pending with a valid claim = in flight
  sent_count integer not null default 0,
  waits_until timestamptz,            -- its caller waits for a free place until then; asked again, it is put off
  ended_at timestamptz
);
create index command_pending on command (n) where status = 'pending';
create index command_pending_case on command (case_id, n) where status = 'pending';
create index command_begin on command (case_id) where verb = 'begin';

create table content (
  hash text primary key,
  value json not null
);

create table kase (
  id text primary key,                -- company:procedure:number
  company text not null,
  procedure text not null,
  number text not null,
  edition text not null,
  calendar_hash text,                 -- content hash of the working calendar it reckons by; null: none
  subject_hash text not null,         -- the subject as amended
  title text not null default '',     -- what lists show beside the number, from the subject
  search text not null default '',
  status text not null check (status in ('open', 'closing', 'closed', 'faulted')),
  outcome jsonb,
  turn integer not null,
  digest text not null,
  seq integer not null,
  chain bytea not null,               -- hash of the last ledger row
  flying integer not null default 0,
  unbound_reports integer not null default 0,
  started_by text not null,
  started_at timestamptz not null,
  changed_at timestamptz not null,
  closed_at timestamptz,
  stored_told boolean not null default false, -- the workflow knows that its last row is stored
  swept_at timestamptz,               -- when the sweep last compared it with its workflow
  swept_events bigint                 -- how long the workflow's history was then
);
create index kase_list on kase (company, started_at desc, id);
create index kase_open on kase (id) where status <> 'closed';
create index kase_sweep on kase (swept_at nulls first) where status <> 'closed';
create index kase_untold on kase (id) where status = 'closed' and not stored_told;

create table ledger (
  case_id text not null,
  seq integer not null,
  turn integer not null,
  at timestamptz not null,
  type text not null,
  by text,
  row json not null,                  -- canonical text, without contents; the chain covers it byte for byte
  hash bytea not null,                -- sha-256 of the previous row's hash (of the case id, before the first) and this row's text
  primary key (case_id, seq)
);

create table task (
  id text primary key,                -- caseId/key#n
  case_id text not null,
  company text not null,
  procedure text not null,
  number text not null,
  key text not null,
  step text not null,
  rev integer not null,
  state text not null check (state in ('open', 'suspended', 'completed', 'withdrawn', 'lapsed')),
  shown text not null,
  prefill text,
  lines jsonb,
  opened_at timestamptz not null,
  due_at timestamptz,
  overdue boolean not null default false,
  closed_at timestamptz,
  closed_by text,
  outcome text,
  row jsonb not null,                 -- the whole TaskRow as last told, seats too
  pools text[] not null               -- per seat: its candidates as one word, the key of its counter
);
create index task_case on task (case_id);
create index task_done on task (closed_by, closed_at desc, id) where closed_by is not null;

-- one row per candidate of a seat: a person with two of a seat's roles finds it twice
create table seat (
  task_id text not null,
  seat text not null,
  n integer not null,                 -- the candidate's place in the seat
  company text not null,
  role text,                          -- holders of this role, or
  person_id text,                     -- this person
  open boolean not null,
  overdue boolean not null default false,
  due_at timestamptz not null default 'infinity', -- infinity: no deadline, so that keyset pages compare rows as they are
  primary key (task_id, seat, n)
);
create index seat_role on seat (company, role, overdue desc, due_at, task_id) where open and role is not null;
create index seat_person on seat (person_id, overdue desc, due_at, task_id) where open and person_id is not null;

-- kept counters of open seats. A seat counts once, under the word for all its candidates; the slots (by case) let cases commit side by side
create table seat_count (
  company text not null,
  pool text not null,                 -- role:a|role:b|person:c
  slot integer not null,
  candidates text[] not null,         -- role:…, person:…
  open integer not null,
  overdue integer not null,
  primary key (company, pool, slot)
) with (fillfactor = 50);

create table effect (
  case_id text not null,
  key text not null,
  effect text not null,
  input text not null,
  action text not null,
  state text not null,
  code text,
  detail text,
  since timestamptz not null,
  primary key (case_id, key)
);
create index effect_failed on effect (since) where state = 'failed';

create table clock (
  case_id text not null,
  key text not null,
  clock text not null,
  from_at timestamptz not null,
  due_at timestamptz not null,
  state text not null,
  primary key (case_id, key)
);
create index clock_overdue on clock (due_at) where state = 'overdue';

create table notice (
  case_id text not null,
  key text not null,
  version integer not null,           -- above 1: a correction
  notice text not null,
  told_to text not null,
  shown text not null,
  at timestamptz not null,
  document text,                      -- kind of the document it is kept as
  primary key (case_id, key, version)
);

-- a notice in the hands of one person; made by the outbox
create table person_notice (
  person_id text not null references person,
  case_id text not null,
  key text not null,
  version integer not null,
  at timestamptz not null,
  read_at timestamptz,
  primary key (case_id, key, version, person_id)
);
create index person_notice_list on person_notice (person_id, at desc);
create index person_notice_unread on person_notice (person_id) where read_at is null;

create table promise (
  case_id text not null,
  line text not null,
  version integer not null,
  date date not null,
  cause text not null,
  agreed_by text not null,
  task_id text,
  at timestamptz not null,
  slip_days integer not null default 0, -- against the version before, or for the first against the date that was wanted; negative: earlier
  primary key (case_id, line, version)
);
create index promise_slipped on promise (at) where slip_days > 0;

create table alarm (
  case_id text not null,
  kind text not null,                 -- faulted, edition-mismatch, sql-ahead, projection-behind, edition-not-served, command-stuck, workflow-missing, notice-undelivered, calendar-year-missing
  detail jsonb not null,
  since timestamptz not null default now(),
  primary key (case_id, kind)
);

-- what one process at a time does for all
create table chore (
  name text primary key,
  holder text not null,
  until timestamptz not null
);
