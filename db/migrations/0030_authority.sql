-- Who may act: sites, teams, absences with their stand-ins; and what lists need of a case to keep the same rule (domain/authority).
create table site (
  company_id text not null references company,
  id text not null,
  primary key (company_id, id)
);
alter table membership add column site text not null default ''; -- '': at every site
alter table membership drop constraint membership_pkey, add primary key (person_id, company_id, role, site);
create table team_membership (
  person_id text not null references person,
  company_id text not null references company,
  team text not null,
  primary key (person_id, company_id, team)
);
create index team_membership_team on team_membership (company_id, team);

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

-- the sites that an edition's company has, and the one of cases that name none
create table edition_company (
  edition text not null references edition on delete cascade,
  company text not null,
  default_site text,
  primary key (edition, company)
);
create function edition_companies() returns trigger language plpgsql as $$
begin
  insert into edition_company (edition, company, default_site)
  select new.id, book.key, book.value #>> '{company,defaultSite}' from jsonb_each(new.books::jsonb) book
  where jsonb_typeof(book.value #> '{company,sites}') = 'object';
  return null;
end $$;
create trigger edition_companies after insert on edition for each row execute function edition_companies();

alter table kase add column site text, add column customer text, add column currency text, add column amount_minor numeric;
alter table task add column site text;

-- Customer, currency and amount of a subject, as `worthOf` has them.
create function gendan_worth(subject json, out customer text, out currency text, out amount_minor numeric) language plpgsql immutable as $$
declare
  line json;
begin
  customer := case when json_typeof(subject->'customer') = 'string' then subject->>'customer' end;
  currency := case when json_typeof(subject->'currency') = 'string' then subject->>'currency' end;
  if json_typeof(subject->'amountMinor') = 'number' then
    amount_minor := (subject->>'amountMinor')::numeric;
  elsif json_typeof(subject->'lines') = 'array' and json_array_length(subject->'lines') > 0 then
    amount_minor := 0;
    for line in select * from json_array_elements(subject->'lines') loop
      if json_typeof(line) is distinct from 'object' or json_typeof(line->'quantity') is distinct from 'number' or json_typeof(line->'unitPriceMinor') is distinct from 'number' then
        amount_minor := null;
        exit;
      end if;
      amount_minor := amount_minor + (line->>'quantity')::numeric * (line->>'unitPriceMinor')::numeric;
    end loop;
  end if;
  if amount_minor <> trunc(amount_minor) or amount_minor < 0 or amount_minor > 9007199254740991 then
    amount_minor := null;
  end if;
end $$;

-- What a case is worth and where it belongs follow its subject and its edition; its open tasks and seats follow the case.
create function kase_about() returns trigger language plpgsql as $$
declare
  subject json := (select value from content where hash = new.subject_hash);
  of_company edition_company := (select c from edition_company c where c.edition = new.edition and c.company = new.company);
begin
  select w.customer, w.currency, w.amount_minor into new.customer, new.currency, new.amount_minor from gendan_worth(subject) w;
  new.site := case when of_company.edition is null then null
    when json_typeof(subject->'site') = 'string' then subject->>'site' else of_company.default_site end;
  return new;
end $$;
create trigger kase_about_new before insert on kase for each row execute function kase_about();
create trigger kase_about_changed before update on kase for each row
  when (new.subject_hash is distinct from old.subject_hash or new.edition is distinct from old.edition) execute function kase_about();
create function kase_seats() returns trigger language plpgsql as $$
begin
  update task set site = new.site where case_id = new.id and state in ('open', 'suspended') and site is distinct from new.site;
  update seat s set customer = new.customer, currency = new.currency, amount_minor = new.amount_minor
    from task t where t.case_id = new.id and t.state = 'open' and s.task_id = t.id;
  return null;
end $$;
create trigger kase_seats after update on kase for each row
  when ((new.site, new.customer, new.currency, new.amount_minor) is distinct from (old.site, old.customer, old.currency, old.amount_minor)) execute function kase_seats();

-- The word that a candidate is found by, as `keyOf` makes it.
create function gendan_key(candidate jsonb) returns text language sql immutable return
  case when candidate ? 'person' then 'person:' || (candidate->>'person')
    when candidate ? 'team' then 'team:' || (candidate->>'team')
    else 'role:' || (candidate->>'role') || coalesce('@' || (candidate->>'site'), '') end;

-- One row per key of an open seat, so that each list of a person is a few index scans in order. A seat that nobody is named for has the key ''.
alter table seat add column key text, add column keys text[] not null default '{}', add column excluded text[] not null default '{}',
  add column procedure text not null default '', add column customer text, add column currency text, add column amount_minor numeric;
update seat set key = coalesce('role:' || role, 'person:' || person_id);
update seat s set keys = a.keys, procedure = t.procedure
  from (select task_id, seat, array_agg(key order by n) as keys from seat group by task_id, seat) a join task t on t.id = a.task_id
  where a.task_id = s.task_id and a.seat = s.seat;
alter table seat alter column key set not null;
drop index seat_role;
drop index seat_person;
alter table seat drop column role, drop column person_id;
create index seat_key on seat (company, key, overdue desc, due_at, task_id) where open;

-- a pool's word ends with those it keeps out: role:a|role:b!li-mei!wang-qiang
alter table seat_count add column excluded text[] not null default '{}';

-- Per open seat, its candidates and those kept out as one word: the counter it counts under.
create or replace function gendan_pools(seats jsonb) returns text[] language sql immutable return
  (select coalesce(array_agg(pool order by n), '{}') from (
    select n, (select coalesce(string_agg(gendan_key(c), '|' order by gendan_key(c)), '') from jsonb_array_elements(seat->'candidates') c)
      || coalesce((select string_agg('!' || one, '' order by one) from jsonb_array_elements_text(seat->'excluded') one), '') as pool
    from jsonb_array_elements(seats) with ordinality as s(seat, n) where coalesce(seat->>'state', 'open') = 'open') pools);

-- Brings a task and its seats to what a row says. Returns by how much its counters change: pools, open, overdue.
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
  on conflict (id) do update set step = excluded.step, rev = excluded.rev, state = excluded.state, shown = excluded.shown, prefill = excluded.prefill, lines = excluded.lines,
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

-- Adds to the kept counters, in one order for all, so that two cases never wait for each other crosswise. Each connection has a slot of its own as a rule; what keeps people out has one slot, since it is spread by them.
create or replace function gendan_count(p_company text, p_case text, pools text[], opened integer[], late integer[]) returns void language sql as $$
  insert into seat_count as c (company, pool, slot, candidates, excluded, open, overdue)
  select p_company, pool, case when strpos(pool, '!') > 0 then 0 else pg_backend_pid() % 32 end,
    string_to_array(split_part(pool, '!', 1), '|'), (string_to_array(pool, '!'))[2:], sum(o), sum(l)
  from unnest(pools, opened, late) as d(pool, o, l) group by pool having sum(o) <> 0 or sum(l) <> 0 order by pool
  on conflict (company, pool, slot) do update set open = c.open + excluded.open, overdue = c.overdue + excluded.overdue;
$$;

-- A person's roles and teams, as the rule takes them (`Member`).
create function gendan_memberships(p_person text) returns json language sql stable return
  (select coalesce(json_agg(json_strip_nulls(json_build_object('company', m.company_id, 'role', m.role, 'site', nullif(m.site, ''))) order by m.company_id, m.role, m.site), '[]')
    from membership m where m.person_id = p_person);
create function gendan_teams(p_person text) returns json language sql stable return
  (select coalesce(json_agg(json_build_object('company', m.company_id, 'team', m.team) order by m.company_id, m.team), '[]') from team_membership m where m.person_id = p_person);

-- A substitution as the rule takes it.
create function gendan_substitution(a absence, s stand_in) returns json language sql stable return
  json_build_object('id', a.id || '/' || s.substitute_id, 'person', a.person_id, 'substitute', s.substitute_id, 'grantedBy', a.granted_by,
    'from', floor(extract(epoch from a.from_at) * 1000), 'until', floor(extract(epoch from a.until_at) * 1000),
    'limits', json_strip_nulls(json_build_object('amountMinor', s.amount_minor, 'currency', s.currency, 'customers', s.customers, 'procedures', s.procedures)));

-- Whom a person may act for, now or lately or soon: substitutions that lead to them in three links at most, and the people these speak of. Null: nobody.
create function gendan_circle(p_person text) returns json language sql stable return (
  with recursive links as (
    select a.id, s.substitute_id, a.person_id, 1 as depth from stand_in s join absence a on a.id = s.absence_id
      where s.substitute_id = p_person and a.until_at > now() - interval '30 days'
    union
    select a.id, s.substitute_id, a.person_id, l.depth + 1 from links l join stand_in s on s.substitute_id = l.person_id join absence a on a.id = s.absence_id
      where l.depth < 3 and a.until_at > now()),
  distinct_links as (select distinct id, substitute_id from links)
  select case when count(*) > 0 then json_build_object('at', floor(extract(epoch from now()) * 1000),
    'people', (select json_agg(json_build_object('id', id, 'memberships', gendan_memberships(id), 'teams', gendan_teams(id))) from (select distinct person_id as id from links) p),
    'substitutions', json_agg(gendan_substitution(a, s))) end
  from distinct_links d join absence a on a.id = d.id join stand_in s on s.absence_id = d.id and s.substitute_id = d.substitute_id);

-- What the rule looks at in a case (`About`).
create function gendan_about(k kase) returns json language sql stable return
  json_strip_nulls(json_build_object('procedure', k.procedure, 'startedBy', k.started_by, 'site', k.site, 'customer', k.customer, 'currency', k.currency, 'amountMinor', k.amount_minor));
