-- People as the rule of who may act takes them (domain/authority).

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
