-- Open seats that nobody can fill.

-- Who may fill a seat by a right of their own: active people of the company who have one of its keys and are not kept out.
create function gendan_holders(p_company text, p_keys text[], p_excluded text[]) returns table (person_id text) language sql stable as $$
  select distinct m.person_id from membership m join person p on p.id = m.person_id and p.active
  where m.company_id = p_company and m.person_id <> all(p_excluded) and (
    'person:' || m.person_id = any(p_keys) or 'role:' || m.role = any(p_keys) or (m.site <> '' and 'role:' || m.role || '@' || m.site = any(p_keys))
    or (m.site = '' and exists (select from unnest(p_keys) one where starts_with(one, 'role:' || m.role || '@')))
    or exists (select from team_membership t where t.person_id = m.person_id and t.company_id = p_company and 'team:' || t.team = any(p_keys)));
$$;

-- Who acts for whom now, over three links at most; limits of every link.
create function gendan_chains() returns table (principal text, substitute text, bounds jsonb) language sql stable as $$
  with recursive links as (
    select a.person_id, s.substitute_id, gendan_substitution(a, s)->'limits' as bound from absence a join stand_in s on s.absence_id = a.id where a.from_at <= now() and a.until_at > now()),
  chains as (
    select person_id as principal, substitute_id as substitute, jsonb_build_array(bound) as bounds, array[person_id, substitute_id] as passed from links
    union all
    select c.principal, l.substitute_id, c.bounds || jsonb_build_array(l.bound), c.passed || l.substitute_id from chains c join links l on l.person_id = c.substitute
      where l.substitute_id <> all(c.passed) and cardinality(c.passed) < 4)
  select principal, substitute, bounds from chains;
$$;

-- Whether a case is within all of some limits, as `beyond` has it: what is not known is not.
create function gendan_within(p_bounds jsonb, p_procedure text, p_customer text, p_currency text, p_amount numeric) returns boolean language sql immutable as $$
  select coalesce(bool_and((not l ? 'procedures' or l->'procedures' ? p_procedure) and (not l ? 'customers' or coalesce(l->'customers' ? p_customer, false))
    and (not l ? 'amountMinor' or coalesce(p_currency = l->>'currency' and p_amount <= (l->>'amountMinor')::numeric, false))), true)
  from jsonb_array_elements(p_bounds) l;
$$;

-- Open seats that nobody can fill now. Most pools have somebody: only the seats of the others are looked at.
create function gendan_unmanned() returns table (task_id text, seat text, case_id text, step text, seats jsonb, since timestamptz, cause text, code text, "values" jsonb) language sql stable as $$
  with pools as (
    select company, pool, candidates, excluded from seat_count group by company, pool, candidates, excluded having sum(open) > 0),
  away as (
    select person_id, max(from_at) as from_at, max(until_at) as until_at from absence where from_at <= now() and until_at > now() group by person_id),
  bare as (
    select p.*, h.holders, h.until_at, h.from_at from pools p cross join lateral (
      select array_agg(h.person_id order by h.person_id) as holders, min(a.until_at) as until_at, max(a.from_at) as from_at, count(*) filter (where a.person_id is null) as present
      from gendan_holders(p.company, p.candidates, p.excluded) h left join away a on a.person_id = h.person_id) h
    where h.present = 0),
  seated as (
    select b.*, s.task_id, s.seat, s.procedure, s.customer, s.currency, s.amount_minor from bare b join seat s on s.open and s.company = b.company and s.key = coalesce(b.candidates[1], '')
      and s.keys <@ b.candidates and b.candidates <@ s.keys and s.excluded <@ b.excluded and b.excluded <@ s.excluded),
  stood_in as (
    select distinct s.task_id, s.seat from seated s join gendan_chains() c on c.principal = any(s.holders) and c.substitute <> all(s.excluded)
      and gendan_within(c.bounds, s.procedure, s.customer, s.currency, s.amount_minor)
      join person p on p.id = c.substitute and p.active left join away a on a.person_id = c.substitute
    where a.person_id is null and exists (select from membership m where m.person_id = c.substitute and m.company_id = s.company))
  select s.task_id, s.seat, t.case_id, t.step, t.row->'seats', case when s.holders is null then t.opened_at else greatest(t.opened_at, s.from_at) end,
    case when s.holders is null then 'no-candidate' else 'all-away' end,
    case when s.holders is not null then 'ALL_AWAY' when s.candidates = '{}' then 'NOBODY_NAMED'
      when exists (select from gendan_holders(s.company, s.candidates, '{}')) then 'ALL_EXCLUDED' when gone.id is not null then 'LEAVER_HOLDS_SEAT' else 'NO_CANDIDATE' end,
    jsonb_strip_nulls(jsonb_build_object('step', t.step, 'people', s.holders, 'until', floor(extract(epoch from s.until_at) * 1000), 'person', gone.id, 'site', t.site))
  from seated s join task t on t.id = s.task_id
    left join lateral (select p.id from person p where not p.active and 'person:' || p.id = any(s.candidates) limit 1) gone on true
  where not exists (select from stood_in o where o.task_id = s.task_id and o.seat = s.seat);
$$;
