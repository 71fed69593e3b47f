-- Tasks and their seats as lists find them, and the kept counters.

-- The word that a candidate is found by, as `keyOf` makes it.
create function gendan_key(candidate jsonb) returns text language sql immutable return
  case when candidate ? 'person' then 'person:' || (candidate->>'person')
    when candidate ? 'team' then 'team:' || (candidate->>'team')
    else 'role:' || (candidate->>'role') || coalesce('@' || (candidate->>'site'), '') end;

-- Per open seat, its candidates and those kept out as one word: the counter it counts under.
create function gendan_pools(seats jsonb) returns text[] language sql immutable return
  (select coalesce(array_agg(pool order by n), '{}') from (
    select n, (select coalesce(string_agg(gendan_key(c), '|' order by gendan_key(c)), '') from jsonb_array_elements(seat->'candidates') c)
      || coalesce((select string_agg('!' || one, '' order by one) from jsonb_array_elements_text(seat->'excluded') one), '') as pool
    from jsonb_array_elements(seats) with ordinality as s(seat, n) where coalesce(seat->>'state', 'open') = 'open') pools);

-- The word that a task counts under among the pools of its seats: #PROCEDURE@SITE
create function gendan_place(procedure text, site text) returns text language sql immutable return '#' || procedure || '@' || coalesce(site, '');

-- Brings a task and its seats to what a row says. Returns by how much its counters change: pools of its seats and its place, open, overdue.
create function gendan_task(k kase, t jsonb, out pools text[], out opened integer[], out late integer[]) language plpgsql as $$
declare
  before task;
  now_open boolean := t->>'state' = 'open';
  is_late boolean := coalesce((t->>'overdue')::boolean, false);
  own text[];
begin
  select * into before from task where id = t->>'id';
  own := case when before.row->'seats' = t->'seats' then before.pools else gendan_pools(t->'seats') end;
  insert into task (id, case_id, company, procedure, number, key, step, rev, state, shown, prefill, lines, opened_at, due_at, overdue, closed_at, closed_by, outcome, row, pools, site)
  values (t->>'id', k.id, k.company, k.procedure, k.number, t->>'key', t->>'step', (t->>'rev')::integer, t->>'state', t->>'shown', t->>'prefill', t->'lines',
    gendan_time(t->>'openedAt'), gendan_time(t->>'dueAt'), is_late, gendan_time(t->>'closedAt'), t->>'closedBy', t->>'outcome', t, own, k.site)
  on conflict (id) do update set step = excluded.step, rev = excluded.rev, state = excluded.state, shown = excluded.shown, prefill = excluded.prefill, lines = excluded.lines,
    due_at = excluded.due_at, overdue = excluded.overdue, closed_at = excluded.closed_at, closed_by = excluded.closed_by, outcome = excluded.outcome, row = excluded.row,
    pools = excluded.pools, site = excluded.site;

  if before.id is not null and before.row->'seats' is distinct from t->'seats' then
    delete from seat where task_id = t->>'id';
  end if;
  if now_open then
    insert into seat (task_id, seat, n, company, key, keys, excluded, procedure, step, batch, customer, currency, amount_minor, open, overdue, due_at)
    select t->>'id', s.id, c.n, k.company, c.key, s.keys, s.kept_out, k.procedure, t->>'step', t->>'batch', k.customer, k.currency, k.amount_minor, true, is_late, coalesce(gendan_time(t->>'dueAt'), 'infinity')
    from (
      select seat->>'id' as id, array(select gendan_key(c) from jsonb_array_elements(seat->'candidates') c) as keys,
        array(select jsonb_array_elements_text(seat->'excluded')) as kept_out
      from jsonb_array_elements(t->'seats') seat where coalesce(seat->>'state', 'open') = 'open') s,
      unnest(case when s.keys = '{}' then array[''] else s.keys end) with ordinality as c(key, n)
    on conflict (task_id, seat, n) do update set open = true, overdue = excluded.overdue, due_at = excluded.due_at, batch = excluded.batch,
      customer = excluded.customer, currency = excluded.currency, amount_minor = excluded.amount_minor;
  elsif before.id is not null then
    update seat set open = false where task_id = t->>'id' and open;
  end if;

  pools := '{}'; opened := '{}'; late := '{}';
  if before.state = 'open' then
    pools := before.pools || gendan_place(before.procedure, before.site);
    opened := array_fill(-1, array[cardinality(pools)]);
    late := array_fill(case when before.overdue then -1 else 0 end, array[cardinality(pools)]);
  end if;
  if now_open then
    own := own || gendan_place(k.procedure, k.site);
    pools := pools || own;
    opened := opened || array_fill(1, array[cardinality(own)]);
    late := late || array_fill(case when is_late then 1 else 0 end, array[cardinality(own)]);
  end if;
end $$;

-- Adds to the kept counters, in one order for all, so that two cases never wait for each other crosswise. Each connection has a slot of its own as a rule; what keeps people out has one slot, since it is spread by them.
create function gendan_count(p_company text, p_case text, pools text[], opened integer[], late integer[]) returns void language plpgsql as $$
begin
  insert into seat_count as c (company, pool, slot, candidates, excluded, open, overdue)
  select p_company, d.pool, case when strpos(d.pool, '!') > 0 then 0 else pg_backend_pid() % 32 end,
    string_to_array(split_part(d.pool, '!', 1), '|'), (string_to_array(d.pool, '!'))[2:], sum(d.o), sum(d.l)
  from unnest(pools, opened, late) as d(pool, o, l) where not starts_with(d.pool, '#') group by d.pool having sum(d.o) <> 0 or sum(d.l) <> 0 order by d.pool
  on conflict (company, pool, slot) do update set open = c.open + excluded.open, overdue = c.overdue + excluded.overdue;
  insert into task_count as c (company, procedure, site, slot, open, overdue)
  select p_company, split_part(substr(d.pool, 2), '@', 1), split_part(d.pool, '@', 2), pg_backend_pid() % 32, sum(d.o), sum(d.l)
  from unnest(pools, opened, late) as d(pool, o, l) where starts_with(d.pool, '#') group by d.pool having sum(d.o) <> 0 or sum(d.l) <> 0 order by d.pool
  on conflict (company, procedure, site, slot) do update set open = c.open + excluded.open, overdue = c.overdue + excluded.overdue;
end $$;

-- Open tasks and seats follow their case.
create function kase_seats() returns trigger language plpgsql as $$
begin
  perform gendan_count(new.company, new.id, array_agg(pool), array_agg(n), array_agg(case when overdue then n else 0 end))
    from task t cross join lateral (values (gendan_place(t.procedure, t.site), -1), (gendan_place(t.procedure, new.site), 1)) as d(pool, n)
    where t.case_id = new.id and t.state = 'open' and t.site is distinct from new.site;
  update task set site = new.site where case_id = new.id and state in ('open', 'suspended') and site is distinct from new.site;
  update seat s set customer = new.customer, currency = new.currency, amount_minor = new.amount_minor
    from task t where t.case_id = new.id and t.state = 'open' and s.task_id = t.id;
  return null;
end $$;
create trigger kase_seats after update on kase for each row
  when ((new.site, new.customer, new.currency, new.amount_minor) is distinct from (old.site, old.customer, old.currency, old.amount_minor)) execute function kase_seats();
