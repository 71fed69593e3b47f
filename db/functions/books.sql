-- The built-in trade books.

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

create function book_return_undo(p_case text) returns void language plpgsql as $$
declare
  r book_return;
begin
  for r in select * from book_return where case_id = p_case and standing for update loop
    update book_order_line l set returned = l.returned - (w->>'quantity')::bigint from jsonb_array_elements(r.lines) w
      where l.company = r.company and l.order_number = r.order_number and l.id = w->>'line';
    update book_return set standing = false where key = r.key;
  end loop;
end $$;

-- Books goods back in, all or nothing: never more of a line than was shipped and has not come back. What the case has booked before is given up first.
create function book_take_back(p jsonb) returns jsonb language plpgsql as $$
declare
  wrong jsonb;
begin
  perform 1 from book_order_line l where l.company = p->>'company' and l.order_number = p->>'order' order by l.id for update;
  if exists (select from book_return where key = p->>'key') then
    return '{"posted": true}';
  end if;
  perform book_return_undo(p->>'case');
  if not exists (select from book_order where company = p->>'company' and number = p->>'order') then
    return jsonb_build_object('posted', false, 'code', 'ORDER_UNKNOWN', 'values', jsonb_build_object('order', p->>'order'));
  end if;
  select jsonb_build_object('line', w->>'line', 'most', coalesce(l.shipped - l.returned, 0)) into wrong
    from jsonb_array_elements(p->'lines') w
      left join book_order_line l on l.company = p->>'company' and l.order_number = p->>'order' and l.id = w->>'line'
    where (w->>'quantity')::bigint > coalesce(l.shipped - l.returned, 0) order by w->>'line' limit 1;
  if wrong is not null then
    return jsonb_build_object('posted', false, 'code', 'RETURN_ABOVE_SHIPPED', 'values', wrong);
  end if;
  update book_order_line l set returned = l.returned + (w->>'quantity')::bigint from jsonb_array_elements(p->'lines') w
    where l.company = p->>'company' and l.order_number = p->>'order' and l.id = w->>'line';
  insert into book_return (key, case_id, company, order_number, lines) values (p->>'key', p->>'case', p->>'company', p->>'order', p->'lines');
  return '{"posted": true}';
end $$;

create function book_invoiced(p_company text, p_invoice text) returns jsonb stable language sql as $$
  select jsonb_build_object('invoiced', true, 'invoice', r.invoice, 'customer', r.customer, 'amountMinor', r.amount, 'exposureMinor', book_exposure(c))
  from book_receivable r join book_customer c on c.company = r.company and c.code = r.customer where r.company = p_company and r.invoice = p_invoice
$$;

-- Enters an invoice over whole shipments, all or nothing. p: company, invoice, customer, dueOn, shipments (case ids). The same invoice again changes nothing.
create function book_invoice(p jsonb) returns jsonb language plpgsql as $$
declare
  c book_customer;
  asked text[] := array(select distinct jsonb_array_elements_text(p->'shipments') order by 1);
  wrong record;
  total bigint;
begin
  select * into c from book_customer x where x.company = p->>'company' and x.code = p->>'customer' for update;
  if not found then
    return jsonb_build_object('invoiced', false, 'code', 'CUSTOMER_UNKNOWN', 'values', jsonb_build_object('customer', p->>'customer'));
  end if;
  if exists (select from book_receivable where company = c.company and invoice = p->>'invoice') then
    if asked = array(select case_id from book_release where company = c.company and invoice = p->>'invoice' order by 1)
      and exists (select from book_receivable where company = c.company and invoice = p->>'invoice' and customer = c.code and due_on = (p->>'dueOn')::date) then
      return book_invoiced(c.company, p->>'invoice');
    end if;
    return jsonb_build_object('invoiced', false, 'code', 'INVOICE_EXISTS', 'values', jsonb_build_object('invoice', p->>'invoice'));
  end if;
  select a.id, r.invoice into wrong from unnest(asked) a(id)
    left join book_release r on r.company = c.company and r.customer = c.code and r.case_id = a.id and r.state = 'shipped'
    where r.key is null or r.invoice is not null order by a.id limit 1;
  if found then
    return jsonb_build_object('invoiced', false, 'code', case when wrong.invoice is null then 'SHIPMENT_UNKNOWN' else 'SHIPMENT_INVOICED' end,
      'values', jsonb_strip_nulls(jsonb_build_object('shipment', wrong.id, 'invoice', wrong.invoice)));
  end if;
  with taken as (
    update book_release set invoice = p->>'invoice', changed_at = now() where company = c.company and case_id = any(asked) and state = 'shipped' returning shipped_amount
  ) select sum(shipped_amount) into total from taken;
  update book_customer set shipped = shipped - total where company = c.company and code = c.code;
  insert into book_receivable (company, invoice, customer, due_on, amount, open) values (c.company, p->>'invoice', c.code, (p->>'dueOn')::date, total, total);
  return book_invoiced(c.company, p->>'invoice');
end $$;
