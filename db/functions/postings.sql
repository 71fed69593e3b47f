-- The double-entry core of the trade books. It knows no account and no rule: what moves, and what must hold for it, is in the posting (domain/books). SQL
-- sees to it that a posting is written whole or not at all, once, and on what its writer has seen.

-- The row that a posting was thought out on, as a word that changes with it; null: there is none. Locked, so that it stays what it is.
create function book_row(p_company text, p_of text, p_id text, p_line text) returns text language plpgsql as $$
declare
  found_ text;
begin
  case p_of
    when 'customer' then select c.xmin::text into found_ from book_customer c where c.company = p_company and c.code = p_id;
    when 'order' then
      select o.xmin::text into found_ from book_order o where o.company = p_company and o.number = p_id for share;
      if not found then
        -- one that is not there yet is entered by one at a time
        perform pg_advisory_xact_lock(hashtextextended(p_company || '/' || p_id, 12));
        select o.xmin::text into found_ from book_order o where o.company = p_company and o.number = p_id for share;
      end if;
    when 'line' then select l.xmin::text into found_ from book_order_line l where l.company = p_company and l.order_number = p_id and l.id = p_line for share;
  end case;
  return found_;
end $$;

-- The sum of the accounts that a selector names: kinds, and any of unit, customer, order, line, reference.
create function book_sum(p_company text, p_selector jsonb) returns bigint language plpgsql as $$
declare
  text_ text := 'select coalesce(sum(balance), 0) from book_account where balance <> 0 and company = $1 and kind = any(array(select jsonb_array_elements_text($2->''kinds'')))';
  key_ text;
  sum_ bigint;
begin
  -- only what is named stands in the statement, so that its index is found
  for key_ in select jsonb_object_keys(p_selector - 'kinds') loop
    text_ := text_ || format(' and %I = $2->>%L', case key_ when 'order' then 'order_number' else key_ end, key_);
  end loop;
  execute text_ into sum_ using p_company, p_selector;
  return sum_;
end $$;

-- Takes a posting back: another with its movements the other way. Its accounts are locked. The kind of account that would come below zero; null: done.
create function book_reverse(p book_posting) returns text language plpgsql as $$
declare
  short text;
  id_ bigint;
begin
  select a.kind into short from book_movement m join book_account a on a.id = m.account where m.posting = p.id and not a.contra and a.balance - m.amount < 0 order by m.n limit 1;
  if found then
    return short;
  end if;
  insert into book_posting (company, key, case_id, effect, undoes) values (p.company, 'undo:' || p.key, p.case_id, 'undo', p.id) returning id into id_;
  insert into book_movement (posting, n, account, amount) select id_, n, account, -amount from book_movement where posting = p.id;
  update book_account a set balance = a.balance - m.amount from book_movement m where m.posting = p.id and a.id = m.account;
  update book_posting set standing = false where id = p.id;
  return null;
end $$;

-- Writes a posting, all or nothing. p: company, key, hash, case, effect, place?, once?, revises?, facts, seen, movements, conditions, sums, registers. Answers
-- { posted: true, key, facts, sums }, or { posted: false, code } and nothing is written; but what stood in its place is taken back in any case, unless more
-- has been written upon it (FOLLOWED) or nothing may take its place (once). STALE: what it was thought out on has changed.
create function book_post(p jsonb) returns jsonb language plpgsql as $$
declare
  company_ text := p->>'company';
  known book_posting;
  former book_posting;
  short record;
  asked jsonb;
  n_ bigint;
  had bigint;
  change bigint;
  id_ bigint;
  sums_ jsonb;
begin
  -- the same key at once: the second waits, and gets the first one's answer
  perform pg_advisory_xact_lock(hashtextextended(p->>'key', 11));
  -- the customers' rows first, always: who has one is alone with the customer's credit and orders
  perform from book_customer c where c.company = company_ and c.code in (select s->>'id' from jsonb_array_elements(p->'seen') s where s->>'of' = 'customer') order by c.code for no key update;
  select * into known from book_posting where key = p->>'key';
  if found then
    return case when known.hash <> p->>'hash' then jsonb_build_object('posted', false, 'code', 'DIFFERS')
      when not known.standing then jsonb_build_object('posted', false, 'code', 'UNDONE')
      else jsonb_build_object('posted', true, 'key', known.key, 'facts', known.facts, 'sums', known.sums) end;
  end if;
  if exists (select from (select s.* from jsonb_to_recordset(p->'seen') as s(of text, id text, line text, row text) order by s.of, s.id, s.line) s
      where book_row(company_, s.of, s.id, s.line) is distinct from s.row) then
    return jsonb_build_object('posted', false, 'code', 'STALE');
  end if;
  select * into former from book_posting x where x.standing and (x.place = p->>'place' or x.key = p->>'revises') limit 1 for update;

  if former.id is not null and (p->>'once')::boolean then
    return jsonb_build_object('posted', false, 'code', 'STALE');
  end if;

  -- accounts are made, and then locked, in one order for all, so that two postings never wait for each other crosswise
  insert into book_account (company, kind, measure, contra, unit, customer, order_number, line, reference)
    select distinct company_, m.kind, m.measure, m.contra, m.unit, coalesce(m.customer, ''), coalesce(m."order", ''), coalesce(m.line, ''), coalesce(m.reference, '')
    from jsonb_to_recordset(p->'movements') as m(kind text, measure text, contra boolean, unit text, customer text, "order" text, line text, reference text)
    order by 2, 5, 6, 7, 8, 9 on conflict do nothing;
  perform from book_account a where a.id in (
      select m.account from book_movement m where m.posting = former.id
      union select b.id from jsonb_to_recordset(p->'movements') as m(kind text, unit text, customer text, "order" text, line text, reference text) join book_account b
        on (b.company, b.kind, b.unit, b.customer, b.order_number, b.line, b.reference)
          = (company_, m.kind, m.unit, coalesce(m.customer, ''), coalesce(m."order", ''), coalesce(m.line, ''), coalesce(m.reference, '')))
    order by a.id for no key update;

  if former.id is not null and book_reverse(former) is not null then
    return jsonb_build_object('posted', false, 'code', 'FOLLOWED', 'key', former.key);
  end if;

  for asked, n_ in select c, ordinality - 1 from jsonb_array_elements(p->'conditions') with ordinality as t(c, ordinality) loop
    had := book_sum(company_, asked->'of');
    select coalesce(sum((m->>'amount')::bigint), 0) into change from jsonb_array_elements(p->'movements') m
      where m @> ((asked->'of') - 'kinds') and asked->'of'->'kinds' ? (m->>'kind');
    if had + change > (asked->>'atMost')::bigint or had + change < (asked->>'atLeast')::bigint then
      return jsonb_build_object('posted', false, 'code', 'CONDITION', 'n', n_, 'found', had);
    end if;
  end loop;
  select m.n, a.balance, a.kind into short from book_account a join (
      select min(ordinality - 1) as n, x.m->>'kind' as kind, x.m->>'unit' as unit, coalesce(x.m->>'customer', '') as customer, coalesce(x.m->>'order', '') as order_number,
        coalesce(x.m->>'line', '') as line, coalesce(x.m->>'reference', '') as reference, sum((x.m->>'amount')::bigint) as amount
      from jsonb_array_elements(p->'movements') with ordinality as x(m, ordinality) group by 2, 3, 4, 5, 6, 7) m
    on (a.company, a.kind, a.unit, a.customer, a.order_number, a.line, a.reference) = (company_, m.kind, m.unit, m.customer, m.order_number, m.line, m.reference)
    where not a.contra and a.balance + m.amount < 0 order by m.n limit 1;
  if found then
    return jsonb_build_object('posted', false, 'code', 'BELOW_ZERO', 'n', short.n, 'found', short.balance);
  end if;
  if exists (select from jsonb_to_recordset(p->'movements') as m(measure text, unit text, amount bigint) group by m.measure, m.unit having sum(m.amount) <> 0) then
    raise exception 'the movements of % do not balance', p->>'key' using errcode = 'check_violation';
  end if;

  perform book_register(company_, p->>'case', p->'registers');
  insert into book_posting (company, key, hash, case_id, effect, place, facts) values (company_, p->>'key', p->>'hash', p->>'case', p->>'effect', p->>'place', p->'facts') returning id into id_;
  insert into book_movement (posting, n, account, amount)
    select id_, row_number() over (order by min(m.n)), a.id, sum(m.amount) from (
        select ordinality as n, x.m->>'kind' as kind, x.m->>'unit' as unit, coalesce(x.m->>'customer', '') as customer, coalesce(x.m->>'order', '') as order_number,
          coalesce(x.m->>'line', '') as line, coalesce(x.m->>'reference', '') as reference, (x.m->>'amount')::bigint as amount
        from jsonb_array_elements(p->'movements') with ordinality as x(m, ordinality)) m
      join book_account a on (a.company, a.kind, a.unit, a.customer, a.order_number, a.line, a.reference) = (company_, m.kind, m.unit, m.customer, m.order_number, m.line, m.reference)
    group by a.id having sum(m.amount) <> 0;
  update book_account a set balance = a.balance + m.amount from book_movement m where m.posting = id_ and a.id = m.account;
  select coalesce(jsonb_object_agg(s.key, book_sum(company_, s.value)), '{}') into sums_ from jsonb_each(p->'sums') s;
  update book_posting set sums = sums_ where id = id_;
  return jsonb_build_object('posted', true, 'key', p->>'key', 'facts', p->'facts', 'sums', sums_);
end $$;

-- Entries that a posting makes beside its movements: orders and their lines, which belong to the case that enters them, and invoices.
create function book_register(p_company text, p_case text, p jsonb) returns void language plpgsql as $$
begin
  insert into book_order (company, number, customer, customer_po)
    select p_company, o.number, o.customer, o."customerPo" from jsonb_to_recordset(p->'orders') as o(number text, customer text, "customerPo" text)
    on conflict (company, number) do update set customer = excluded.customer, customer_po = excluded.customer_po;
  insert into book_order_line (company, order_number, id, product, unit_price, case_id, promised_on)
    select p_company, l."order", l.id, l.product, l."unitPriceMinor", nullif(p_case, ''), l."promisedOn"
    from jsonb_to_recordset(p->'lines') as l("order" text, id text, product text, "unitPriceMinor" bigint, "promisedOn" date)
    on conflict (company, order_number, id) do update set product = excluded.product, unit_price = excluded.unit_price, case_id = excluded.case_id, promised_on = excluded.promised_on;
  delete from book_order_line l using jsonb_to_recordset(p->'linesGone') as x("order" text, id text) where l.company = p_company and l.order_number = x."order" and l.id = x.id;
  delete from book_order o using jsonb_array_elements_text(p->'ordersGone') as x(number) where o.company = p_company and o.number = x.number;
  insert into book_invoice (company, number, customer, due_on, amount)
    select p_company, i.number, i.customer, i."dueOn", i."amountMinor" from jsonb_to_recordset(p->'invoices') as i(number text, customer text, "dueOn" date, "amountMinor" bigint);
end $$;

-- Takes back what stands under a key. Again, or never written: nothing happens. { undone: true }, or { undone: false, code }: BELOW_ZERO, more has been written
-- upon it; UNDO_OF_UNDO.
create function book_undo(p_key text) returns jsonb language plpgsql as $$
declare
  known book_posting;
  short text;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_key, 11));
  perform from book_customer c where (c.company, c.code) in (
    select a.company, a.customer from book_posting x join book_movement m on m.posting = x.id join book_account a on a.id = m.account where x.key = p_key) order by c.company, c.code for no key update;
  select * into known from book_posting where key = p_key for update;
  if known.effect = 'undo' then
    return jsonb_build_object('undone', false, 'code', 'UNDO_OF_UNDO');
  end if;
  if known.id is null or not known.standing then
    return jsonb_build_object('undone', true);
  end if;
  perform from book_account a where a.id in (select account from book_movement where posting = known.id) order by a.id for no key update;
  short := book_reverse(known);
  return case when short is null then jsonb_build_object('undone', true) else jsonb_build_object('undone', false, 'code', 'BELOW_ZERO', 'kind', short) end;
end $$;

-- Whatever does not add up, a row for each; none: the books are sound. Every balance is the sum of its movements, every posting and every company balances
-- by unit, nothing that is kept is below zero, what was taken back is taken back once and whole.
create function book_check() returns table (company text, problem text, what text, found bigint, expected bigint) language sql stable as $$
  select a.company, 'balance', concat_ws('/', a.kind, a.unit, a.customer, a.order_number, a.line, a.reference), a.balance, coalesce(m.amount, 0)
    from book_account a left join (select account, sum(amount)::bigint as amount from book_movement group by account) m on m.account = a.id where a.balance <> coalesce(m.amount, 0)
  union all select p.company, 'posting', concat_ws('/', p.key, a.measure, a.unit), sum(m.amount)::bigint, 0
    from book_posting p join book_movement m on m.posting = p.id join book_account a on a.id = m.account group by p.company, p.key, a.measure, a.unit having sum(m.amount) <> 0
  union all select a.company, 'total', concat_ws('/', a.measure, a.unit), sum(a.balance)::bigint, 0 from book_account a group by a.company, a.measure, a.unit having sum(a.balance) <> 0
  union all select a.company, 'below-zero', concat_ws('/', a.kind, a.unit, a.customer, a.order_number, a.line, a.reference), a.balance, 0 from book_account a where not a.contra and a.balance < 0
  union all select p.company, 'undo', p.key, (select count(*) from book_movement m join book_movement u on u.posting = x.id and u.account = m.account and u.amount = -m.amount where m.posting = p.id),
      (select count(*) from book_movement m where m.posting = p.id)
    from book_posting p left join book_posting x on x.undoes = p.id where p.standing = (x.id is not null)
      or (x.id is not null and (select count(*) from book_movement m join book_movement u on u.posting = x.id and u.account = m.account and u.amount = -m.amount where m.posting = p.id)
        <> (select count(*) from book_movement m where m.posting = p.id));
$$;
