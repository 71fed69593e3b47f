-- the working calendar that each company has now; what cases reckon by is in their own ledgers, its content by hash
create table calendar (
  company text primary key,
  id text not null,
  hash text not null references content,
  changed_at timestamptz not null default now()
);
-- open cases by the calendar they have: the others must be told of a new one
create index kase_calendar on kase (company, calendar_hash) where status = 'open';
create index command_calendar on command (case_id, n desc) where verb = 'calendar';
