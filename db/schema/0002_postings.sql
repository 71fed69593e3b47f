-- The trade books as postings (db/functions/postings.sql, domain/books): every quantity and amount is the balance of an account, and every change of one is a
-- movement of a posting whose debits and credits are equal. What the columns of before said is carried over as opening postings.

-- what stands on one side of the books: goods in pieces of one product, or money in minor units of one currency
create table book_account (
  id bigint generated always as identity primary key,
  company text not null,
  kind text not null,                 -- domain/books/accounts.ts
  measure text not null check (measure in ('goods', 'money')),
  contra boolean not null,            -- the other side of what is kept; may be below zero
  unit text not null,                 -- product or currency
  customer text not null default '',  -- '' here and below: the kind has no such key
  order_number text not null default '',
  line text not null default '',
  reference text not null default '', -- a release's key, an invoice's number
  balance bigint not null default 0,  -- debits less credits
  unique (company, kind, unit, customer, order_number, line, reference),
  check (contra or balance >= 0)      -- whatever a posting forgets to ask for
);
create index book_account_customer on book_account (company, customer, kind) where balance <> 0 and customer <> '';
create index book_account_order on book_account (company, order_number, line) where order_number <> '';
create index book_account_reference on book_account (company, reference) where reference <> '';

create table book_posting (
  id bigint generated always as identity primary key,
  company text not null,
  key text not null unique,           -- its idempotency key
  hash text,                          -- of what was asked for under the key; null: carried over from before there were postings
  case_id text not null,              -- whose it is; '': the books' own
  effect text not null,               -- what wrote it; undo: it takes another back
  place text,                         -- where only one may stand at a time
  facts jsonb not null default '{}',  -- what those who find it need to know
  sums jsonb not null default '{}',   -- what it was answered with: sums right after it
  undoes bigint unique references book_posting,
  standing boolean not null default true, -- not taken back
  at timestamptz not null default now()
);
-- whatever becomes of attempts: a place never has two at a time
create unique index book_posting_place on book_posting (place) where standing and place is not null;
create index book_posting_case on book_posting (case_id, effect) where case_id <> '';

create table book_movement (
  posting bigint not null references book_posting,
  n integer not null,
  account bigint not null references book_account,
  amount bigint not null check (amount <> 0), -- debit above, credit below zero
  primary key (posting, n)
);
create index book_movement_account on book_movement (account);

-- invoices by their number; what is open of one is the balance of its account
create table book_invoice (
  company text not null,
  number text not null,
  customer text not null,
  due_on date not null,
  amount bigint not null check (amount >= 0),
  primary key (company, number),
  foreign key (company, customer) references book_customer
);
insert into book_invoice select company, invoice, customer, due_on, amount from book_receivable;

-- == What there is, carried over
create temporary table carried_posting (company text, key text, case_id text, effect text, place text, facts jsonb, at timestamptz) on commit drop;
create temporary table carried (key text, kind text, measure text, contra boolean, unit text, customer text, order_number text, line text, reference text, amount bigint) on commit drop;

insert into carried_posting
  select company, company || '/carried-over', '', 'opening', null, '{}', now()
    from (select company from book_order_line union select company from book_stock union select company from book_receivable) c
  union all select r.company, r.key, r.case_id, 'release-goods', r.case_id || '/release',
    jsonb_build_object('customer', r.customer, 'order', r.order_number, 'currency', c.currency, 'lines', l.lines, 'amountMinor', r.amount), r.at
    from book_release r join book_customer c on c.company = r.company and c.code = r.customer cross join lateral (
      select jsonb_agg(jsonb_build_object('line', x->'line', 'product', x->'product', 'quantity', x->'quantity', 'unitPriceMinor', x->'unitPrice')) as lines
      from jsonb_array_elements(r.lines) x) l where r.state <> 'undone'
  union all select r.company, r.ship_key, r.case_id, 'ship-goods', r.key || '/shipped',
    jsonb_build_object('release', r.key, 'customer', r.customer, 'order', r.order_number, 'amountMinor', r.shipped_amount), r.changed_at
    from book_release r where r.state = 'shipped'
  union all select r.company, r.key, r.case_id, 'take-goods-back', r.case_id || '/return', jsonb_build_object('order', r.order_number, 'lines', r.lines), r.at
    from book_return r where r.standing
  union all select i.company, i.company || '/invoice/' || i.invoice, '', 'invoice', null, jsonb_build_object('invoice', i.invoice, 'customer', i.customer,
    'amountMinor', i.amount, 'releases', coalesce(r.keys, '[]'), 'shipments', coalesce(r.cases, '[]')), now()
    from book_receivable i cross join lateral (select jsonb_agg(r.key order by r.key) as keys, jsonb_agg(r.case_id order by r.key) as cases
      from book_release r where r.company = i.company and r.invoice = i.invoice) r;

with released as (
    select r.key, r.company, r.order_number, r.customer, r.amount, c.currency, x.line, x.product, x.quantity
    from book_release r join book_customer c on c.company = r.company and c.code = r.customer, jsonb_to_recordset(r.lines) as x(line text, product text, quantity bigint)
    where r.state = 'released'),
  back as (
    select r.key, r.company, r.order_number, x.line, l.product, x.quantity from book_return r, jsonb_to_recordset(r.lines) as x(line text, quantity bigint), book_order_line l
    where r.standing and l.company = r.company and l.order_number = r.order_number and l.id = x.line),
  lines as (
    select l.*, o.customer, l.company || '/carried-over' as key, coalesce((select sum(quantity) from released x where (x.company, x.order_number, x.line) = (l.company, l.order_number, l.id)), 0) as in_releases,
      coalesce((select sum(quantity) from back x where (x.company, x.order_number, x.line) = (l.company, l.order_number, l.id)), 0) as in_returns
    from book_order_line l join book_order o on o.company = l.company and o.number = l.order_number),
  stock as (
    select s.*, s.company || '/carried-over' as key, coalesce((select sum(quantity) from released x where (x.company, x.product) = (s.company, s.product)), 0) as in_releases from book_stock s),
  left_on_credit as (
    select r.*, c.currency from book_release r join book_customer c on c.company = r.company and c.code = r.customer where r.state <> 'undone')
insert into carried
  -- order lines as they were before what still stands
  select l.key, m.kind, 'goods', m.contra, l.product, '', l.order_number, l.id, '', m.amount from lines l cross join lateral (values
    ('ordered', true, -l.quantity), ('replacement', true, -(l.returned - l.in_returns)), ('returned', false, l.returned - l.in_returns),
    ('shipped', false, l.shipped - l.returned + l.in_returns), ('released', false, l.released - l.in_releases),
    ('open', false, l.quantity - l.shipped + l.returned - l.in_returns - (l.released - l.in_releases))) as m(kind, contra, amount)
  union all select l.key, m.kind, 'goods', true, l.product, m.customer, '', '', '', m.amount from lines l cross join lateral (values
    ('delivered', l.customer, l.shipped - l.returned + l.in_returns), ('supply', '', -(l.shipped - l.returned + l.in_returns))) as m(kind, customer, amount)
  union all select s.key, m.kind, 'goods', m.contra, s.product, '', '', '', '', m.amount from stock s cross join lateral (values
    ('on-hand', false, s.on_hand - (s.released - s.in_releases)), ('reserved', false, s.released - s.in_releases), ('supply', true, -s.on_hand)) as m(kind, contra, amount)
  -- releases, what became of them, returns
  union all select r.key, m.kind, 'goods', false, r.product, '', m.order_number, m.line, '', m.amount from released r cross join lateral (values
    ('open', r.order_number, r.line, -r.quantity), ('released', r.order_number, r.line, r.quantity),
    ('on-hand', '', '', -r.quantity), ('reserved', '', '', r.quantity)) as m(kind, order_number, line, amount)
  union all select r.key, m.kind, 'money', m.contra, r.currency, r.customer, '', '', m.reference, m.amount from left_on_credit r cross join lateral (values
    ('released-not-shipped', false, r.key, r.amount), ('commitment', true, '', -r.amount)) as m(kind, contra, reference, amount)
  union all select r.ship_key, m.kind, 'money', m.contra, r.currency, r.customer, '', '', m.reference, m.amount from left_on_credit r cross join lateral (values
    ('released-not-shipped', false, r.key, -r.amount), ('commitment', true, '', r.amount),
    ('shipped-not-invoiced', false, r.key, case when r.invoice is null then r.shipped_amount else 0 end),
    ('sales', true, '', case when r.invoice is null then -r.shipped_amount else 0 end)) as m(kind, contra, reference, amount) where r.state = 'shipped'
  union all select b.key, m.kind, 'goods', m.contra, b.product, '', b.order_number, b.line, '', m.amount from back b cross join lateral (values
    ('shipped', false, -b.quantity), ('returned', false, b.quantity), ('open', false, b.quantity), ('replacement', true, -b.quantity)) as m(kind, contra, amount)
  -- invoices and what was paid of them
  union all select i.company || '/invoice/' || i.invoice, m.kind, 'money', m.contra, c.currency, i.customer, '', '', m.reference, m.amount
    from book_receivable i join book_customer c on c.company = i.company and c.code = i.customer cross join lateral (values
      ('receivable', false, i.invoice, i.open), ('sales', true, '', -i.amount), ('received', false, '', i.amount - i.open)) as m(kind, contra, reference, amount);

insert into book_posting (company, key, case_id, effect, place, facts, at) select company, key, case_id, effect, place, facts, at from carried_posting order by at, key;
insert into book_account (company, kind, measure, contra, unit, customer, order_number, line, reference, balance)
  select p.company, c.kind, c.measure, c.contra, c.unit, c.customer, c.order_number, c.line, c.reference, sum(c.amount)
  from carried c join carried_posting p on p.key = c.key where c.amount <> 0 group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
insert into book_movement (posting, n, account, amount)
  select p.id, row_number() over (partition by p.id order by a.id), a.id, sum(c.amount)
  from carried c join book_posting p on p.key = c.key join book_account a
    on (a.company, a.kind, a.unit, a.customer, a.order_number, a.line, a.reference) = (p.company, c.kind, c.unit, c.customer, c.order_number, c.line, c.reference)
  where c.amount <> 0 group by p.id, a.id having sum(c.amount) <> 0;

update book_posting p set sums = jsonb_build_object('exposure', (select coalesce(sum(a.balance), 0) from book_account a where a.company = p.company
    and a.customer = p.facts->>'customer' and a.kind in ('receivable', 'shipped-not-invoiced', 'released-not-shipped')))
  where p.effect in ('release-goods', 'ship-goods', 'invoice');

drop table book_release, book_return, book_receivable, book_stock;
alter table book_customer drop column receivable, drop column shipped, drop column released;
alter table book_order_line drop column quantity, drop column shipped, drop column returned, drop column released;
