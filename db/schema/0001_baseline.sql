-- Tables, indexes and constraints as of the baseline. Functions and triggers stand in db/functions; later files of this folder change tables only.
-- Every row of a case is made from its ledger rows, in seq order: SQL follows Temporal. The rest belongs to the edge (commands, people, tokens).

-- == Editions and what their books say

create table edition (
  id text primary key,
  books json not null,                -- company policies and their procedures, as pinned; json: the order of outcomes and fields is the policy's own
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
  held_steps text[] not null default '{}', -- steps whose forms are held against what is shown, or against an earlier answer
  primary key (edition, company, procedure)
);

-- the sites that an edition's company has, and the one of cases that name none
create table edition_company (
  edition text not null references edition on delete cascade,
  company text not null,
  default_site text,
  primary key (edition, company)
);

create table company (
  id text primary key,
  policy jsonb not null
);

create table content (
  hash text primary key,
  value json not null
);

-- the working calendar that each company has now; what cases reckon by is in their own ledgers, its content by hash
create table calendar (
  company text primary key,
  id text not null,
  hash text not null references content,
  changed_at timestamptz not null default now()
);

-- == People, and who may act (domain/authority)

create table person (
  id text primary key,
  name text not null,
  locale text not null check (locale in ('zh', 'en', 'id')),
  active boolean not null default true,
  mail text                           -- where notices are mailed to
);

create table site (
  company_id text not null references company,
  id text not null,
  primary key (company_id, id)
);

create table membership (
  person_id text not null references person,
  company_id text not null references company,
  role text not null,
  site text not null default '',      -- '': at every site
  primary key (person_id, company_id, role, site)
);
create index membership_role on membership (company_id, role);

create table team_membership (
  person_id text not null references person,
  company_id text not null references company,
  team text not null,
  primary key (person_id, company_id, team)
);
create index team_membership_team on team_membership (company_id, team);

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

create table absence (
  id text primary key,
  person_id text not null references person,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at), -- ended early: when it ended
  note text not null default '',
  granted_by text not null,
  created_at timestamptz not null default now()
);
create index absence_person on absence (person_id, until_at);
create index absence_until on absence (until_at);

-- who stands in during an absence, and how far; the id of a substitution is absence/substitute
create table stand_in (
  absence_id text not null references absence on delete cascade,
  substitute_id text not null references person,
  amount_minor bigint,
  currency text,
  customers text[],
  procedures text[],
  primary key (absence_id, substitute_id),
  check ((amount_minor is null) = (currency is null))
);
create index stand_in_substitute on stand_in (substitute_id);

-- == The journal of commands

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
create index command_calendar on command (case_id, n desc) where verb = 'calendar';
-- mail that came back. Each report is a command in the journal (verb `bounced`, key = message id): taken by its case, or refused, since the case
-- has ended. Then it is on the radar, and in the hands of who started the case, until somebody has seen to it.
create unique index command_bounced on command (key) where verb = 'bounced';
create index command_bounced_late on command (ended_at) where verb = 'bounced' and status = 'refused';

-- numbers for new cases
create table case_counter (
  company text not null,
  period text not null,               -- the day in the company's own zone, as in the number
  last integer not null,
  primary key (company, period)
);

-- which number a start was given, so that the same request again gets the same one
create table case_numbered (
  command_id text primary key,
  number text not null
);

-- == Cases

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
  swept_at timestamptz,               -- when the sweep last compared it with its workflow
  swept_events bigint,                -- how long the workflow's history was then
  site text,                          -- where the case belongs; null: its company has no sites
  customer text, currency text, amount_minor numeric, -- what it is worth, for limits of who may act
  order_number text                   -- the order it takes in: our number of it, which is the case's own unless its subject names another
) with (fillfactor = 60);             -- every turn updates the row: room for the new version on the same page leaves the indexes alone
create index kase_list on kase (company, started_at desc, id);
create index kase_open on kase (id) where status <> 'closed';
create index kase_sweep on kase (swept_at nulls first) where status <> 'closed';
create index kase_unbound on kase (id) where unbound_reports > 0 and status <> 'closed';
create index kase_number on kase (company, number);
-- open cases by the calendar they have: the others must be told of a new one
create index kase_calendar on kase (company, calendar_hash) where status = 'open';
-- earlier orders of a customer under the same number of theirs
create index kase_title on kase (company, procedure, title);
create index kase_order on kase (company, order_number, procedure);

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
create index effect_flying on effect (since) where state = 'flying';

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

-- Holds that last: of a task, or of a case as a whole (task_id is then empty). Kept by the ledger as it is applied; one of a task that is closed has no more meaning.
create table hold (
  case_id text not null,
  task_id text not null,
  cause text not null,
  reason text,
  by text not null,
  since timestamptz not null,
  until timestamptz,
  primary key (case_id, task_id)
);

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

-- what an order change does to a case of the order, and how it is taken back; written down before the case is told, so that a repetition tells it the same
create table order_amendment (
  key text not null,                  -- the idempotency key of the effect
  change_id text not null,            -- the case of the order change
  case_id text not null,
  number text not null,
  n integer not null,                 -- which try; the case had been changed meanwhile when there are more
  command json,                       -- the amendment; null: the case was closed, nothing is sent
  back json,                          -- the patch that takes it back
  at timestamptz not null default now(),
  primary key (key, case_id, n)
);
create index order_amendment_change on order_amendment (change_id, at desc);

-- == Tasks and inboxes

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
  pools text[] not null,              -- per seat: its candidates as one word, the key of its counter
  site text
);
create index task_case on task (case_id);
create index task_done on task (closed_by, closed_at desc, id) where closed_by is not null;
create index task_team on task (company, procedure, overdue desc, (coalesce(due_at, 'infinity'::timestamptz)), id) where state = 'open';
create index task_overdue on task (due_at, id) where state = 'open' and overdue;
create index task_bounced on task (opened_at) where state = 'open' and step = 'bounced';

-- One row per key of an open seat, so that each list of a person is a few index scans in order; a person with two of a seat's roles finds it twice.
create table seat (
  task_id text not null,
  seat text not null,
  n integer not null,                 -- the candidate's place in the seat
  company text not null,
  open boolean not null,
  overdue boolean not null default false,
  due_at timestamptz not null default 'infinity', -- infinity: no deadline, so that keyset pages compare rows as they are
  key text not null,                  -- role:…, role:…@site, team:…, person:…; '': nobody is named
  keys text[] not null default '{}',  -- all keys of the seat
  excluded text[] not null default '{}', -- people kept out
  procedure text not null default '',
  customer text, currency text, amount_minor numeric,
  step text not null default '',
  batch text,                         -- the daily batch that its task goes with
  primary key (task_id, seat, n)
);
create index seat_key on seat (company, key, overdue desc, due_at, task_id) where open;
create index seat_batch on seat (company, key, batch) where open and batch is not null;

-- kept counters of open seats. A seat counts once, under the word for all its candidates; the slots (by case) let cases commit side by side
create table seat_count (
  company text not null,
  pool text not null,                 -- role:a|role:b|person:c, and those it keeps out: role:a|role:b!li-mei!wang-qiang
  slot integer not null,
  candidates text[] not null,         -- role:…, person:…
  open integer not null,
  overdue integer not null,
  excluded text[] not null default '{}',
  primary key (company, pool, slot)
) with (fillfactor = 50);

-- Kept counters of open tasks, by procedure and site: what those who manage a procedure have in their team list. The slots let cases commit side by side.
create table task_count (
  company text not null,
  procedure text not null,
  site text not null,                 -- '': the case has none
  slot integer not null,
  open integer not null,
  overdue integer not null,
  primary key (company, procedure, site, slot)
) with (fillfactor = 50);

-- What people do beside a case: who has taken a task, what they said, asked and told each other, answers they have begun to write. It decides nothing, so it is no part of a case's history.
create table task_claim (
  case_id text not null,
  key text not null,                  -- of the task: one that is asked again is still theirs
  person_id text not null references person,
  by text not null,                   -- who gave it to them, as a rule they themselves
  at timestamptz not null default clock_timestamp(),
  seat text not null,                 -- whoever takes a task takes a seat of it
  primary key (case_id, key, seat)
);
create index task_claim_person on task_claim (person_id);

create table case_note (
  id bigint generated always as identity primary key,
  case_id text not null,
  task_id text,                       -- null: about the case as a whole
  kind text not null check (kind in ('claimed', 'released', 'reassigned', 'urged', 'copied', 'consulted', 'opinion', 'comment', 'handed-over')),
  by text not null,
  person_id text,                     -- whom it concerns
  text text,
  at timestamptz not null default clock_timestamp()
);
create index case_note_case on case_note (case_id, at);
create index case_note_task on case_note (task_id, kind, at desc) where task_id is not null;

create table task_draft (
  case_id text not null,
  key text not null,
  person_id text not null references person,
  data json not null,
  rev integer not null,               -- of the task when it was written
  at timestamptz not null,
  primary key (case_id, key, person_id)
);

-- == Notices

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
create index notice_order_books on notice (case_id) where told_to = 'order-books';

-- a notice in the hands of one person. What became of a mail stands with it; one whose sending was under way when its process died is of unknown outcome, and not sent again
create table person_notice (
  person_id text not null references person,
  case_id text not null,
  key text not null,
  version integer not null,
  at timestamptz not null,
  read_at timestamptz,
  mail_state text check (mail_state in ('prepared', 'handing-over', 'handed-over', 'kept', 'refused', 'unknown')),
  mail_answer text,
  primary key (case_id, key, version, person_id)
);
create index person_notice_list on person_notice (person_id, at desc);
create index person_notice_unread on person_notice (person_id) where read_at is null;

-- == Documents and mail

-- running numbers of documents; the row is locked from taking a number until its document is kept, so that no number is lost
create table document_number (
  company text not null,
  kind text not null,
  year integer not null,
  last integer not null,
  primary key (company, kind, year)
);

-- what was issued, byte for byte, once per content
create table document_bytes (
  hash text primary key,              -- sha-256 in hex
  bytes bytea not null
);
alter table document_bytes alter column bytes set storage external; -- a PDF is compressed already

create table document (
  id text primary key,                -- company:number
  key text not null unique,           -- the idempotency key it was issued under
  case_id text not null,
  company text not null,
  kind text not null,
  number text not null,
  year integer not null,
  n integer not null,
  language text not null check (language in ('zh', 'en', 'id')),
  version integer not null,
  replaces text references document,
  hash text not null references document_bytes,
  size integer not null,
  content jsonb not null,             -- what was printed, to print it again
  created_at timestamptz not null,
  created_by text not null,
  reprints integer not null default 0,
  unique (company, kind, year, n)
);
create index document_case on document (case_id, kind, created_at desc, n desc);
create index document_replaces on document (replaces) where replaces is not null;

create table document_print (
  document_id text not null references document,
  n integer not null,                 -- which reprint, from 1
  at timestamptz not null,
  by text not null,
  primary key (document_id, n)
);

create table mail (
  key text primary key,               -- the idempotency key of the effect that sends it
  case_id text not null,
  document_id text not null references document,
  message_id text not null unique,
  route text not null,                -- smtp, outbox
  told_to text not null,
  subject text not null,
  state text not null check (state in ('prepared', 'handing-over', 'handed-over', 'refused', 'unknown')),
  claim text,                         -- the try that may hand it over
  tries integer not null default 1,
  answer text,                        -- the server's last words, or what broke
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  settled_by text                     -- who said what became of a mail of unknown outcome
);
create index mail_case on mail (case_id, created_at desc);
create index mail_unsettled on mail (changed_at) where state in ('refused', 'unknown');

-- mail kept instead of sent, where no mail server is configured
create table kept_mail (
  message_id text primary key,
  case_id text not null,
  sender text not null,
  told_to text not null,
  subject text not null,
  body text not null,
  raw bytea not null,                 -- the whole message, as it would have been sent
  at timestamptz not null
);
create index kept_mail_case on kept_mail (case_id);
create index kept_mail_list on kept_mail (split_part(case_id, ':', 1), at desc, message_id desc);

create table bounce_settled (
  message_id text primary key,
  by text not null,
  note text not null,
  at timestamptz not null default clock_timestamp()
);

-- == Radar and upkeep

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

-- == Trade books: who buys, what is sold, what is owed, ordered and in stock. Money in minor units of the customer's currency.

create table book_customer (
  company text not null,
  code text not null,
  name jsonb not null,                            -- words in zh, en, id
  site text,
  contact jsonb,                                  -- name and mail address
  language text not null check (language in ('zh', 'en', 'id')),
  currency text not null,
  grade text check (grade in ('A', 'B', 'C', 'D')),
  credit_limit bigint check (credit_limit >= 0),  -- none has been approved when null
  receivable bigint not null default 0,           -- what is open of its invoices; kept by a trigger
  shipped bigint not null default 0 check (shipped >= 0),   -- shipped and not invoiced
  released bigint not null default 0 check (released >= 0), -- released and not shipped
  primary key (company, code)
);

create table book_product (
  company text not null,
  code text not null,
  name jsonb not null,
  kind text not null,
  unit text not null,
  entry jsonb not null,                           -- all that the catalogue says of it, but its kind
  primary key (company, code)
);

create table book_stock (
  company text not null,
  product text not null,
  on_hand bigint not null check (on_hand >= 0),
  released bigint not null default 0 check (released between 0 and on_hand), -- of it, released for a shipment
  primary key (company, product),
  foreign key (company, product) references book_product
);

create table book_order (
  company text not null,
  number text not null,
  customer text not null,
  customer_po text,
  primary key (company, number),
  foreign key (company, customer) references book_customer
);
create index book_order_customer on book_order (company, customer);

create table book_order_line (
  company text not null,
  order_number text not null,
  id text not null,
  product text not null,
  quantity bigint not null check (quantity > 0),
  unit_price bigint not null check (unit_price >= 0),
  shipped bigint not null default 0 check (shipped >= 0),
  returned bigint not null default 0 check (returned between 0 and shipped),
  released bigint not null default 0 check (released >= 0), -- released and not shipped
  case_id text,                       -- the case that takes the line in; null: the books had it before
  promised_on date,
  primary key (company, order_number, id),
  foreign key (company, order_number) references book_order,
  foreign key (company, product) references book_product,
  check (shipped - returned + released <= quantity)
);
create index book_order_line_case on book_order_line (case_id) where case_id is not null;

create table book_receivable (
  company text not null,
  invoice text not null,
  customer text not null,
  due_on date not null,
  amount bigint not null check (amount >= 0),
  open bigint not null check (open between 0 and amount),
  primary key (company, invoice),
  foreign key (company, customer) references book_customer
);
create index book_receivable_open on book_receivable (company, customer, due_on) where open > 0;

-- goods and credit set aside for a shipment, once per idempotency key
create table book_release (
  key text primary key,
  company text not null,
  case_id text not null,
  customer text not null,
  order_number text not null,
  lines jsonb not null,               -- line, product, quantity, unitPrice
  amount bigint not null,
  state text not null default 'released' check (state in ('released', 'shipped', 'undone')),
  ship_key text unique,               -- the idempotency key under which the goods were booked out
  shipped_amount bigint,
  at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  invoice text                        -- null: shipped and not invoiced
);
-- whatever becomes of attempts: a case never has two at a time
create unique index book_release_standing on book_release (case_id) where state <> 'undone';
-- What left on credit is shipped and not invoiced until the company's accounting invoices it: then it is a receivable, and the exposure is the same.
create index book_release_uninvoiced on book_release (company, case_id) where state = 'shipped' and invoice is null;

-- goods that came back, by the case of their return: booked once per key, given up when the return is called off
create table book_return (
  key text primary key,
  case_id text not null,
  company text not null,
  order_number text not null,
  lines jsonb not null,               -- line and quantity
  standing boolean not null default true,
  at timestamptz not null default now()
);
create index book_return_case on book_return (case_id) where standing;
