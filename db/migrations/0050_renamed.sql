-- A step may have another name in the edition a case moves to: its task goes on under the new key, and so does what people keep by it.
create or replace function gendan_task(k kase, t jsonb, out pools text[], out opened integer[], out late integer[]) language plpgsql as $$
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
  on conflict (id) do update set key = excluded.key, step = excluded.step, rev = excluded.rev, state = excluded.state, shown = excluded.shown, prefill = excluded.prefill, lines = excluded.lines,
    due_at = excluded.due_at, overdue = excluded.overdue, closed_at = excluded.closed_at, closed_by = excluded.closed_by, outcome = excluded.outcome, row = excluded.row,
    pools = excluded.pools, site = excluded.site;

  if before.id is not null and before.row->'seats' is distinct from t->'seats' then
    delete from seat where task_id = t->>'id';
  end if;
  if now_open then
    insert into seat (task_id, seat, n, company, key, keys, excluded, procedure, customer, currency, amount_minor, open, overdue, due_at)
    select t->>'id', s.id, c.n, k.company, c.key, s.keys, s.kept_out, k.procedure, k.customer, k.currency, k.amount_minor, true, is_late, coalesce(gendan_time(t->>'dueAt'), 'infinity')
    from (
      select seat->>'id' as id, array(select gendan_key(c) from jsonb_array_elements(seat->'candidates') c) as keys,
        array(select jsonb_array_elements_text(seat->'excluded')) as kept_out
      from jsonb_array_elements(t->'seats') seat where coalesce(seat->>'state', 'open') = 'open') s,
      unnest(case when s.keys = '{}' then array[''] else s.keys end) with ordinality as c(key, n)
    on conflict (task_id, seat, n) do update set open = true, overdue = excluded.overdue, due_at = excluded.due_at,
      customer = excluded.customer, currency = excluded.currency, amount_minor = excluded.amount_minor;
  elsif before.id is not null then
    update seat set open = false where task_id = t->>'id' and open;
  end if;

  pools := '{}'; opened := '{}'; late := '{}';
  if before.state = 'open' then
    pools := before.pools;
    opened := array_fill(-1, array[cardinality(before.pools)]);
    late := array_fill(case when before.overdue then -1 else 0 end, array[cardinality(before.pools)]);
  end if;
  if now_open then
    pools := pools || own;
    opened := opened || array_fill(1, array[cardinality(own)]);
    late := late || array_fill(case when is_late then 1 else 0 end, array[cardinality(own)]);
  end if;
end $$;

create function gendan_renamed() returns trigger language plpgsql as $$
begin
  update task_claim set key = new.key where case_id = new.case_id and key = old.key;
  update task_draft set key = new.key where case_id = new.case_id and key = old.key;
  return null;
end $$;
create trigger task_renamed after update of key on task for each row when (old.key is distinct from new.key) execute function gendan_renamed();
-- Tasks that went on under a new name before their key followed.
update task set key = row->>'key' where key is distinct from row->>'key';
