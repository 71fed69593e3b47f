-- the built-in trade books: who buys, what is sold, what is owed, ordered and in stock. Money in minor units of the customer's currency.

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
  primary key (company, order_number, id),
  foreign key (company, order_number) references book_order,
  foreign key (company, product) references book_product,
  check (shipped - returned + released <= quantity)
);

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

create function book_receivable_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update book_customer set receivable = receivable - old.open where company = old.company and code = old.customer;
  end if;
  if tg_op <> 'DELETE' then
    update book_customer set receivable = receivable + new.open where company = new.company and code = new.customer;
  end if;
  return null;
end $$;
create trigger book_receivable_changed after insert or update or delete on book_receivable
  for each row execute function book_receivable_changed();

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
  changed_at timestamptz not null default now()
);
-- whatever becomes of attempts: a case never has two at a time
create unique index book_release_standing on book_release (case_id) where state <> 'undone';

-- ends a function with a refusal as data; what it has changed is undone
create function book_refuse(code text, vals jsonb) returns void language plpgsql as $$
begin
  raise exception using errcode = 'GD001', message = code, detail = vals::text;
end $$;

create function book_exposure(c book_customer) returns bigint immutable language sql as $$
  select c.receivable + c.shipped + c.released
$$;

-- Adds to the released quantities of order lines and stock, in a fixed order of rows; takes away when sign is -1.
create function book_set_aside(r book_release, sign integer) returns void language plpgsql as $$
declare
  l record;
begin
  for l in select * from jsonb_to_recordset(r.lines) as x(line text, product text, quantity bigint) order by x.line loop
    update book_order_line o set released = o.released + sign * l.quantity
      where o.company = r.company and o.order_number = r.order_number and o.id = l.line
        and (sign < 0 or o.shipped - o.returned + o.released + l.quantity <= o.quantity);
    if not found then
      perform book_refuse('ORDERED_EXCEEDED', jsonb_build_object('line', l.line, 'asked', l.quantity,
        'open', (select o.quantity - o.shipped + o.returned - o.released from book_order_line o
          where o.company = r.company and o.order_number = r.order_number and o.id = l.line)));
    end if;
  end loop;
  for l in select x.product, sum(x.quantity) as quantity from jsonb_to_recordset(r.lines) as x(product text, quantity bigint)
      group by x.product order by x.product loop
    update book_stock s set released = s.released + sign * l.quantity
      where s.company = r.company and s.product = l.product and (sign < 0 or s.on_hand - s.released >= l.quantity);
    if not found then
      perform book_refuse('STOCK_EXCEEDED', jsonb_build_object('product', l.product, 'asked', l.quantity,
        'open', coalesce((select s.on_hand - s.released from book_stock s where s.company = r.company and s.product = l.product), 0)));
    end if;
  end loop;
end $$;

create function book_give_back(release text) returns void language plpgsql as $$
declare
  r book_release;
begin
  perform from book_customer c, book_release x where x.key = release and c.company = x.company and c.code = x.customer for update of c;
  update book_release set state = 'undone', changed_at = now() where key = release and state = 'released' returning * into r;
  if found then
    update book_customer set released = released - r.amount where company = r.company and code = r.customer;
    perform book_set_aside(r, -1);
  end if;
end $$;

-- Sets goods and credit aside, all or nothing. p: company, case, key, customer, order, lines [line, quantity], approved.
create function book_release_goods(p jsonb) returns jsonb language plpgsql as $$
declare
  c book_customer;
  r book_release;
  code text;
  vals text;
begin
  -- the customer's row first, always: who has it is alone with the customer's credit and orders
  select * into c from book_customer x where x.company = p->>'company' and x.code = p->>'customer' for update;
  if not found then
    return jsonb_build_object('granted', false, 'code', 'CUSTOMER_UNKNOWN', 'values', jsonb_build_object('customer', p->>'customer'));
  end if;
  if exists (select from book_release x where x.key = p->>'key') then return book_released(p->>'key'); end if;
  -- the goods of a case leave once; until they do, a new release takes the place of the one before
  select * into r from book_release x where x.case_id = p->>'case' and x.state <> 'undone';
  if r.state = 'shipped' then return book_released(r.key); end if;
  if r.state = 'released' then perform book_give_back(r.key); end if;
  begin
    if not exists (select from book_order o where o.company = c.company and o.number = p->>'order' and o.customer = c.code) then
      perform book_refuse('ORDER_UNKNOWN', jsonb_build_object('order', p->>'order'));
    end if;
    insert into book_release (key, company, case_id, customer, order_number, lines, amount)
      select p->>'key', c.company, p->>'case', c.code, p->>'order',
        coalesce(jsonb_agg(jsonb_build_object('line', x.line, 'product', o.product, 'quantity', x.quantity, 'unitPrice', o.unit_price) order by x.line), '[]'),
        coalesce(sum(x.quantity * o.unit_price), 0)
      from jsonb_to_recordset(p->'lines') as x(line text, quantity bigint)
      join book_order_line o on o.company = c.company and o.order_number = p->>'order' and o.id = x.line
      returning * into r;
    if jsonb_array_length(r.lines) < jsonb_array_length(p->'lines') then
      perform book_refuse('LINE_UNKNOWN', jsonb_build_object('order', p->>'order', 'line',
        (select min(x.line) from jsonb_to_recordset(p->'lines') as x(line text) where not exists
          (select from book_order_line o where o.company = c.company and o.order_number = p->>'order' and o.id = x.line))));
    end if;
    -- the credit: granted or refused in one conditional statement
    update book_customer x set released = x.released + r.amount
      where x.company = c.company and x.code = c.code
        and (x.grade = 'A' or book_exposure(x) + r.amount <= greatest(coalesce(x.credit_limit, 0), coalesce((p->>'approved')::bigint, 0)))
      returning * into c;
    if not found then
      perform book_refuse('OVER_LIMIT', (select jsonb_build_object('exposure', book_exposure(x), 'amount', r.amount, 'limit', coalesce(x.credit_limit, 0))
        from book_customer x where x.company = r.company and x.code = r.customer));
    end if;
    perform book_set_aside(r, 1);
  exception when sqlstate 'GD001' then
    get stacked diagnostics code = message_text, vals = pg_exception_detail;
    return jsonb_build_object('granted', false, 'code', code, 'values', vals::jsonb);
  end;
  return book_released(r.key);
end $$;

-- What stands under the key of a release; null when nothing does.
create function book_released(release text) returns jsonb stable language sql as $$
  select jsonb_build_object('granted', true, 'release', r.key, 'amountMinor', r.amount, 'exposureMinor', book_exposure(c))
  from book_release r join book_customer c on c.company = r.company and c.code = r.customer
  where r.key = release and r.state <> 'undone'
$$;

-- Books goods out of a standing release. p: key, release, lines [line, quantity]; a line that is not named did not leave.
create function book_ship(p jsonb) returns jsonb language plpgsql as $$
declare
  r book_release;
  l record;
  gone bigint := 0;
begin
  perform from book_customer c, book_release x where x.key = p->>'release' and c.company = x.company and c.code = x.customer for update of c;
  select * into r from book_release x where x.key = p->>'release';
  if r.ship_key = p->>'key' then return book_shipped(p->>'key'); end if;
  if r.key is null or r.state <> 'released' then
    return jsonb_build_object('shipped', false, 'code', 'RELEASE_UNKNOWN', 'values', jsonb_build_object('release', p->>'release'));
  end if;
  select x.line, x.quantity, coalesce(y.quantity, 0) as open into l
    from jsonb_to_recordset(p->'lines') as x(line text, quantity bigint)
    left join jsonb_to_recordset(r.lines) as y(line text, quantity bigint) on y.line = x.line
    where x.quantity > coalesce(y.quantity, 0) order by x.line limit 1;
  if found then
    return jsonb_build_object('shipped', false, 'code', 'RELEASED_EXCEEDED',
      'values', jsonb_build_object('line', l.line, 'asked', l.quantity, 'open', l.open));
  end if;
  perform book_set_aside(r, -1);
  for l in select y.line, y.product, x.quantity, y."unitPrice" as price
      from jsonb_to_recordset(r.lines) as y(line text, product text, "unitPrice" bigint)
      join jsonb_to_recordset(p->'lines') as x(line text, quantity bigint) on x.line = y.line order by y.product, y.line loop
    update book_order_line o set shipped = o.shipped + l.quantity where o.company = r.company and o.order_number = r.order_number and o.id = l.line;
    update book_stock s set on_hand = s.on_hand - l.quantity where s.company = r.company and s.product = l.product;
    gone := gone + l.quantity * l.price;
  end loop;
  update book_customer c set released = c.released - r.amount, shipped = c.shipped + gone where c.company = r.company and c.code = r.customer;
  update book_release set state = 'shipped', ship_key = p->>'key', shipped_amount = gone, changed_at = now() where key = r.key;
  return book_shipped(p->>'key');
end $$;

create function book_shipped(shipping text) returns jsonb stable language sql as $$
  select jsonb_build_object('shipped', true, 'release', r.key, 'amountMinor', r.shipped_amount, 'exposureMinor', book_exposure(c))
  from book_release r join book_customer c on c.company = r.company and c.code = r.customer where r.ship_key = shipping
$$;

-- earlier orders of a customer under the same number of theirs
create index kase_title on kase (company, procedure, title);
