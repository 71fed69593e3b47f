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
