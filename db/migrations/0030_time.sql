-- Holds that last: of a task, or of a case as a whole (task_id is then empty). Kept by the ledger as it is applied; one of a task that is closed has no more meaning.
create table hold (
  case_id text not null,
  task_id text not null,
  cause text not null,
  reason text,
  by text not null,
  since timestamptz not null,
  until timestamptz,
  primary key (case_id, task_id)
);
create function gendan_hold() returns trigger language plpgsql as $$
declare
  body json := new.row->'body';
  task_ text := case when body->>'of' = 'case' then '' else body->>'of' end;
begin
  delete from hold where case_id = new.case_id and task_id = task_;
  if new.type = 'held' then
    insert into hold (case_id, task_id, cause, reason, by, since, until)
    values (new.case_id, task_, body->>'cause', body->>'reason', coalesce(new.row->>'by', 'engine'), new.at, gendan_time(body->>'until'));
  end if;
  return null;
end $$;
create trigger ledger_hold after insert on ledger for each row when (new.type in ('held', 'hold-ended')) execute function gendan_hold();

-- Puts a notice into the hands of everyone it is for, and of those who stand in for them now: holders of a role (`role`, or `role@site` with those
-- who hold it everywhere), members of a team (`team:<id>`), one person (`person:<id>`). False: there is nobody, and it is on the radar until
-- somebody has it. An addressee that is no role of the company is outside: its notice is kept with the case.
create or replace function gendan_deliver(p_case text, p_key text, p_version integer) returns boolean language plpgsql as $$
declare
  told record;
  inside boolean;
begin
  select n.*, k.company, k.procedure, split_part(n.told_to, '@', 1) as role, nullif(split_part(n.told_to, '@', 2), '') as site, c.policy into told
    from notice n join kase k on k.id = n.case_id left join company c on c.id = k.company where n.case_id = p_case and n.key = p_key and n.version = p_version;
  if not found then
    return true;
  end if;
  with meant as (
      select m.person_id as id from membership m where m.company_id = told.company and m.role = told.role and (told.site is null or m.site in ('', told.site))
      union select t.person_id from team_membership t where t.company_id = told.company and told.told_to = 'team:' || t.team
      union select substr(told.told_to, length('person:') + 1) where told.told_to like 'person:%'),
    hands as (
      select id from meant
      union select s.substitute_id from meant join absence a on a.person_id = meant.id and clock_timestamp() >= a.from_at and clock_timestamp() < a.until_at
        join stand_in s on s.absence_id = a.id and (s.procedures is null or told.procedure = any(s.procedures)))
  insert into person_notice (person_id, case_id, key, version, at)
    select p.id, p_case, p_key, p_version, told.at from hands join person p on p.id = hands.id and p.active on conflict do nothing;
  inside := told.told_to like 'person:%' or told.told_to like 'team:%'
    or coalesce(told.policy->'roles' ? told.role and not coalesce(told.policy->'outsiders' ? told.role, false), false);
  if inside and not exists (select from person_notice p where p.case_id = p_case and p.key = p_key and p.version = p_version) then
    insert into alarm (case_id, kind, detail) values (p_case, 'notice-undelivered', jsonb_build_object('notice', told.notice, 'to', told.told_to, 'key', p_key))
      on conflict (case_id, kind) do update set detail = excluded.detail;
    return false;
  end if;
  delete from alarm where case_id = p_case and kind = 'notice-undelivered' and coalesce(detail->>'key', p_key) = p_key;
  return true;
end $$;
