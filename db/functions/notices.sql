-- Notices: kept with the turn that tells them, put into the hands of people, mailed by the outbox.

-- A notice goes into the hands of its people with the turn that tells of it; only one that nobody can take becomes a job.
create function gendan_notice(k kase, told jsonb, told_at timestamptz) returns void language plpgsql as $$
declare
  version_ integer;
begin
  insert into notice (case_id, key, version, notice, told_to, shown, at, document)
  select k.id, told->>'key', coalesce((select max(version) from notice n where n.case_id = k.id and n.key = told->>'key'), 0) + 1,
    told->>'notice', told->>'to', told->>'shown', told_at,
    (select documents->>(told->>'notice') from edition_procedure p where p.edition = k.edition and p.company = k.company and p.procedure = k.procedure)
  returning version into version_;
  if not gendan_deliver(k.id, told->>'key', version_) then
    perform graphile_worker.add_job('deliver-notice', json_build_object('caseId', k.id, 'key', told->>'key', 'version', version_));
  end if;
end $$;

-- Puts a notice into the hands of everyone it is for, and of those who stand in for them now: holders of a role (`role`, or `role@site` with those
-- who hold it everywhere), members of a team (`team:<id>`), one person (`person:<id>`). False: there is nobody, and it is on the radar until
-- somebody has it. An addressee that is no role of the company is outside: its notice is kept with the case.
create function gendan_deliver(p_case text, p_key text, p_version integer) returns boolean language plpgsql as $$
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

-- Each notice that came into somebody's hands is mailed once, by a job that the transaction leaves behind.
create function gendan_notice_mail() returns trigger language plpgsql as $$
begin
  update person_notice n set mail_state = 'prepared' from told t join person p on p.id = t.person_id and p.mail is not null
      join kase k on k.id = t.case_id join company c on c.id = k.company and c.policy #> '{notices,mail}' = 'true'
    where n.case_id = t.case_id and n.key = t.key and n.version = t.version and n.person_id = t.person_id;
  if found then
    perform graphile_worker.add_job('mail-notice', json_build_object('caseId', n.case_id, 'key', n.key, 'version', n.version, 'person', n.person_id),
        max_attempts => 10, job_key => 'mail:' || n.case_id || '/' || n.key || '@' || n.version || '/' || n.person_id)
      from told t join person_notice n on n.case_id = t.case_id and n.key = t.key and n.version = t.version and n.person_id = t.person_id where n.mail_state = 'prepared';
  end if;
  return null;
end $$;
create trigger person_notice_mail after insert on person_notice referencing new table as told for each statement execute function gendan_notice_mail();

-- Tells who started a case that one of its mails came back when it had ended.
create function gendan_bounced_late(c command) returns void language plpgsql as $$
declare
  k kase;
  hash_ text := 'bounce:' || c.id;
begin
  select kase.* into k from kase join person p on p.id = kase.started_by and p.active where kase.id = c.case_id;
  if not found then
    return;
  end if;
  insert into content (hash, value) values (hash_, json_build_object('address', c.body->>'to', 'reason', c.body->>'reason', 'mail', trim(both '<>' from c.key))) on conflict do nothing;
  perform gendan_notice(k, jsonb_build_object('key', hash_, 'notice', 'mail-bounced', 'to', 'person:' || k.started_by, 'shown', hash_), clock_timestamp());
end $$;
