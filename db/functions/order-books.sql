-- The lines of a case that belong in the books. Of several rounds of one step the last says what is entered; of a case that has ended, what was promised
-- stays an order, unless it was cancelled.
create function book_order_wanted(k kase) returns table (id text, product text, quantity bigint, unit_price bigint, promised_on date) stable language sql as $$
  with told as (
    select distinct on (regexp_replace(n.key, '/\d+/', '/', 'g')) n.shown from notice n
      where n.case_id = k.id and n.told_to = 'order-books' order by regexp_replace(n.key, '/\d+/', '/', 'g'), n.at desc, n.version desc
  ), entered as (
    select distinct l->>'id' as id from told join content c on c.hash = told.shown, json_array_elements(c.value->'lines') l
  )
  select l->>'id', l->>'code', (l->>'quantity')::bigint, (l->>'unitPriceMinor')::bigint, p.date
  from content c cross join json_array_elements(c.value->'lines') l join entered e on e.id = l->>'id'
    left join lateral (select date from promise where case_id = k.id and line = l->>'id' order by version desc limit 1) p on true
  where c.hash = k.subject_hash and (k.outcome is null or (p.date is not null and k.outcome->'cancelled' is distinct from 'true'))
$$;

-- What keeps the books from following goes on the radar: one cause at a time, with what it is about.
create function book_order_behind(k kase, problem text, about jsonb) returns void language sql as $$
  insert into alarm (case_id, kind, detail) values (k.id, 'order-not-booked', jsonb_build_object('problem', problem) || about)
    on conflict (case_id, kind) do update set detail = excluded.detail where alarm.detail <> excluded.detail
$$;

create function book_order_follow(p_case text) returns void language plpgsql as $$
declare
  k kase; c book_customer; subject json; behind text;
begin
  select * into k from kase where id = p_case;
  -- nothing was entered, or the company keeps no books here
  if not exists (select from notice where case_id = p_case and told_to = 'order-books') or not exists (select from book_customer where company = k.company) then
    return;
  end if;
  select value into subject from content where hash = k.subject_hash;
  -- the customer's row first, always: who has it is alone with the customer's credit and orders
  select * into c from book_customer x where x.company = k.company and (x.code = subject->>'customer' or subject->>'customer' in (x.name->>'zh', x.name->>'en', x.name->>'id'))
    order by x.code <> subject->>'customer', x.code limit 1 for no key update;
  if not found then
    perform book_order_behind(k, 'customer', jsonb_build_object('customer', subject->>'customer'));
    return;
  end if;
  if c.currency <> subject->>'currency' then
    perform book_order_behind(k, 'currency', jsonb_build_object('customer', c.code, 'currency', c.currency));
    return;
  end if;
  insert into book_order as o (company, number, customer, customer_po) values (k.company, k.order_number, c.code, subject->>'customerPo')
    on conflict (company, number) do update set customer = excluded.customer, customer_po = excluded.customer_po
    where o.customer = excluded.customer or not exists (select from book_order_line l
      where l.company = o.company and l.order_number = o.number and (l.shipped > 0 or l.released > 0 or l.case_id is null));
  if not found then
    perform book_order_behind(k, 'another', jsonb_build_object('number', k.order_number));
    return;
  end if;

  insert into book_order_line as o (company, order_number, id, product, quantity, unit_price, case_id, promised_on)
    select k.company, k.order_number, w.id, w.product, w.quantity, w.unit_price, k.id, w.promised_on
    from book_order_wanted(k) w join book_product p on p.company = k.company and p.code = w.product order by w.id
    on conflict (company, order_number, id) do update
      set product = excluded.product, quantity = excluded.quantity, unit_price = excluded.unit_price, case_id = excluded.case_id, promised_on = excluded.promised_on
      where excluded.quantity >= o.shipped - o.returned + o.released and (o.shipped + o.released = 0 or o.product = excluded.product);
  -- what the case has no more is taken out; what has left of it stays as what was ordered
  delete from book_order_line o where o.company = k.company and o.order_number = k.order_number and o.case_id = k.id and o.shipped = 0 and o.released = 0
    and not exists (select from book_order_wanted(k) w where w.id = o.id);
  update book_order_line o set quantity = greatest(o.shipped, 1) where o.company = k.company and o.order_number = k.order_number and o.case_id = k.id and o.released = 0
    and o.quantity <> greatest(o.shipped, 1) and not exists (select from book_order_wanted(k) w where w.id = o.id);
  delete from book_order_line o where o.company = k.company and o.order_number <> k.order_number and o.case_id = k.id and o.shipped = 0 and o.released = 0;
  delete from book_order o where o.company = k.company and (o.number = k.order_number or o.customer = c.code)
    and not exists (select from book_order_line l where l.company = o.company and l.order_number = o.number);

  select string_agg(w.id, ', ' order by w.id) into behind from book_order_wanted(k) w
    where not exists (select from book_product p where p.company = k.company and p.code = w.product);
  if behind is not null then
    perform book_order_behind(k, 'code', jsonb_build_object('lines', behind));
    return;
  end if;
  select string_agg(o.id, ', ' order by o.id) into behind from book_order_line o left join book_order_wanted(k) w on w.id = o.id
    where o.company = k.company and o.order_number = k.order_number and (o.case_id = k.id or w.id is not null)
      and case when w.id is null then o.released > 0 else (o.product, o.quantity) is distinct from (w.product, w.quantity) end;
  if behind is not null then
    perform book_order_behind(k, 'released', jsonb_build_object('lines', behind));
    return;
  end if;
  delete from alarm where case_id = k.id and kind = 'order-not-booked';
end $$;

-- Follows with the turn, and never keeps the turn out of SQL: what the books cannot take for any other reason is on the radar too.
create function book_order_try(p_case text) returns void language plpgsql as $$
begin
  perform book_order_follow(p_case);
exception when data_exception or integrity_constraint_violation then
  perform book_order_behind(k, 'fault', jsonb_build_object('detail', sqlerrm)) from kase k where k.id = p_case;
end $$;

create function book_order_told() returns trigger language plpgsql as $$
begin
  perform book_order_try(new.case_id);
  return null;
end $$;
create trigger book_order_told after insert on notice for each row when (new.told_to = 'order-books') execute function book_order_told();

create function book_order_changed() returns trigger language plpgsql as $$
begin
  perform book_order_try(new.id);
  return null;
end $$;
create trigger book_order_changed after update of subject_hash, outcome on kase for each row
  when (old.subject_hash is distinct from new.subject_hash or old.outcome is distinct from new.outcome) execute function book_order_changed();

create function book_order_promised() returns trigger language plpgsql as $$
begin
  perform book_order_try(case_id) from (select distinct case_id from promised) p;
  return null;
end $$;
create trigger book_order_promised after insert on promise referencing new table as promised for each statement execute function book_order_promised();

-- The books have changed: what they kept out before may go in now.
create function book_order_again() returns trigger language plpgsql as $$
begin
  perform book_order_try(a.case_id) from alarm a join kase k on k.id = a.case_id where a.kind = 'order-not-booked' and k.company in (select company from changed);
  return null;
end $$;
create trigger book_order_again after insert on book_customer referencing new table as changed for each statement execute function book_order_again();
create trigger book_order_again after insert on book_product referencing new table as changed for each statement execute function book_order_again();

create function book_order_given_back() returns trigger language plpgsql as $$
begin
  if exists (select from alarm where case_id = new.case_id and kind = 'order-not-booked') then
    perform book_order_try(new.case_id);
  end if;
  return null;
end $$;
create trigger book_order_given_back after update of released on book_order_line for each row
  when (new.case_id is not null and new.released < old.released) execute function book_order_given_back();
