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
insert into task_count select company, procedure, coalesce(site, ''), 0, count(*), count(*) filter (where overdue)
  from task where state = 'open' group by company, procedure, coalesce(site, '');

-- Adds to the counters, in one order for all, so that two cases never wait for each other crosswise.
create function task_count_add(changed task_count[]) returns void language plpgsql as $$
begin
  insert into task_count as c
  select t.company, t.procedure, t.site, t.slot, sum(t.open), sum(t.overdue) from unnest(changed) t group by t.company, t.procedure, t.site, t.slot
  having sum(t.open) <> 0 or sum(t.overdue) <> 0 order by t.company, t.procedure, t.site
  on conflict (company, procedure, site, slot) do update set open = c.open + excluded.open, overdue = c.overdue + excluded.overdue;
end $$;
-- How a task counts, or counted: n times.
create function task_counts(t task, n integer) returns task_count language sql stable return
  (t.company, t.procedure, coalesce(t.site, ''), pg_backend_pid() % 32, n, case when t.overdue then n else 0 end)::task_count;

create function task_opened() returns trigger language plpgsql as $$
begin
  perform task_count_add(array(select task_counts(t, 1) from come t where state = 'open'));
  return null;
end $$;
create trigger task_opened after insert on task referencing new table as come for each statement execute function task_opened();

create function task_moved() returns trigger language plpgsql as $$
begin
  perform task_count_add(array(select task_counts(t, -1) from gone t where state = 'open' union all select task_counts(t, 1) from come t where state = 'open'));
  return null;
end $$;
create trigger task_moved after update on task referencing old table as gone new table as come for each statement execute function task_moved();
