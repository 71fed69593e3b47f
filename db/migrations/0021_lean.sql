-- A notice goes into the hands of its people with the turn that tells of it; only one that nobody can take becomes a job. And a case's
-- workflow ends by itself when its last rows are safe: nobody tells it any more.
drop index kase_untold;
alter table kase drop column stored_told;
-- every turn updates the row of its case: room for the new version on the same page leaves the indexes alone
alter table kase set (fillfactor = 60);

-- Puts a notice into the hands of everyone who holds its role in the case's company, or of the person it names. False: there is nobody, and it is
-- on the radar until somebody has it. An addressee that is no role of the company is outside: its notice is kept with the case.
create function gendan_deliver(p_case text, p_key text, p_version integer) returns boolean language plpgsql as $$
declare
  told record;
begin
  select n.*, k.company, n.told_to like 'person:%' or coalesce(c.policy->'roles' ? n.told_to and not coalesce(c.policy->'outsiders' ? n.told_to, false), false) as addressed into told
    from notice n join kase k on k.id = n.case_id left join company c on c.id = k.company where n.case_id = p_case and n.key = p_key and n.version = p_version;
  if not found then
    return true;
  end if;
  insert into person_notice (person_id, case_id, key, version, at)
    select p.id, p_case, p_key, p_version, told.at from person p where p.active and p.id in (
      select m.person_id from membership m where m.company_id = told.company and m.role = told.told_to
      union select substr(told.told_to, length('person:') + 1) where told.told_to like 'person:%') on conflict do nothing;
  if told.addressed and not exists (select from person_notice p where p.case_id = p_case and p.key = p_key and p.version = p_version) then
    insert into alarm (case_id, kind, detail) values (p_case, 'notice-undelivered', jsonb_build_object('notice', told.notice, 'to', told.told_to, 'key', p_key))
      on conflict (case_id, kind) do update set detail = excluded.detail;
    return false;
  end if;
  delete from alarm where case_id = p_case and kind = 'notice-undelivered' and coalesce(detail->>'key', p_key) = p_key;
  return true;
end $$;

create or replace function gendan_notice(k kase, told jsonb, told_at timestamptz) returns void language plpgsql as $$
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

-- Adds to the kept counters, in one order for all, so that two cases never wait for each other crosswise. Each connection has a slot of its
-- own as a rule, so that transactions do not wait for each other either.
create or replace function gendan_count(p_company text, p_case text, pools text[], opened integer[], late integer[]) returns void language sql as $$
  insert into seat_count as c (company, pool, slot, candidates, open, overdue)
  select p_company, pool, pg_backend_pid() % 32, string_to_array(pool, '|'), sum(o), sum(l)
  from unnest(pools, opened, late) as d(pool, o, l) group by pool having sum(o) <> 0 or sum(l) <> 0 order by pool
  on conflict (company, pool, slot) do update set open = c.open + excluded.open, overdue = c.overdue + excluded.overdue;
$$;

-- Takes a case's ledger rows into SQL: those that follow what is there, in order; earlier ones are passed over; at a gap it stops and says so.
-- p_rows: array of canonical row texts, ascending. p_contents: values by content hash. p_command ends as done with p_answer once the case is at p_target.
create or replace function gendan_apply(p_case text, p_rows json, p_contents json, p_command text, p_target integer, p_answer json) returns json language plpgsql as $$
declare
  k kase;
  e json; r jsonb; head jsonb; at_ timestamptz;
  delta record;
  pools text[] := '{}'; opened integer[] := '{}'; late integer[] := '{}';
  kinds text[] := '{}';
  commands text[] := '{}';
  gap boolean := false;
  was_faulted boolean;
  had integer;
begin
  select * into k from kase where id = p_case for no key update;
  if not found and (p_rows->0->>'seq') = '1' then
    perform gendan_begun(p_case, (p_rows->0)::jsonb, (select row #>> '{head,edition}' from json_array_elements(p_rows) row where row->'head' is not null limit 1));
    select * into k from kase where id = p_case for no key update;
  end if;
  if k.id is null then
    return json_build_object('seq', 0, 'turn', 0, 'digest', '', 'status', 'open', 'flying', 0, 'gap', json_array_length(p_rows) > 0, 'event', null, 'openTasks', json_build_array());
  end if;
  had := k.seq;
  was_faulted := k.status = 'faulted';
  if p_contents is not null then
    insert into content select key, value from json_each(p_contents) order by key on conflict do nothing;
  end if;

  for e in select * from json_array_elements(p_rows) loop
    r := e::jsonb;
    continue when (r->>'seq')::integer <= k.seq;
    if (r->>'seq')::integer > k.seq + 1 then
      gap := true;
      exit;
    end if;
    at_ := gendan_time(r->>'at');
    k.seq := k.seq + 1;
    k.chain := sha256(k.chain || convert_to(e::text, 'UTF8'));
    k.changed_at := at_;
    kinds := kinds || (r->>'type');
    insert into ledger (case_id, seq, turn, at, type, by, row, hash) values (p_case, k.seq, (r->>'turn')::integer, at_, r->>'type', r->>'by', e, k.chain);

    if jsonb_typeof(r->'task') = 'object' then
      select * into delta from gendan_task(k, r->'task');
      pools := pools || delta.pools; opened := opened || delta.opened; late := late || delta.late;
    end if;
    perform gendan_row(k, r, at_);
    case r->>'type'
      when 'begun' then
        k.calendar_hash := r #>> '{body,calendar}';
      when 'calendar' then
        k.calendar_hash := r #>> '{body,calendar}';
        delete from alarm where case_id = p_case and kind = 'calendar-year-missing';
      when 'undated' then
        insert into alarm (case_id, kind, detail, since) values (p_case, 'calendar-year-missing', coalesce(r->'body', '{}'), at_) on conflict (case_id, kind) do update set detail = excluded.detail;
      when 'amended' then
        k.subject_hash := coalesce(r #>> '{body,subject}', k.subject_hash);
        select gendan_title(value), gendan_search(value) into k.title, k.search from content where hash = k.subject_hash;
        k.title := coalesce(k.title, ''); k.search := coalesce(k.search, '');
      when 'moved' then
        k.edition := coalesce(r #>> '{body,to}', k.edition);
      when 'faulted' then
        insert into alarm (case_id, kind, detail, since) values (p_case, 'faulted', coalesce(r->'body', '{}'), at_) on conflict (case_id, kind) do update set detail = excluded.detail;
      else
    end case;

    if jsonb_typeof(r->'command') = 'string' then
      commands := commands || (r->>'command');
    end if;
    head := r->'head';
    if jsonb_typeof(head) = 'object' then
      k.turn := (r->>'turn')::integer;
      k.digest := head->>'digest'; k.status := head->>'status'; k.edition := head->>'edition';
      k.flying := coalesce((head->>'flying')::integer, 0); k.unbound_reports := coalesce((head->>'unboundReports')::integer, 0);
      k.outcome := head->'outcome';
      k.closed_at := case when k.status = 'closed' then coalesce(k.closed_at, at_) end;
      if cardinality(commands) > 0 then
        update command set status = 'done', answer = json_build_object('turn', k.turn, 'status', k.status, 'flying', k.flying), ended_at = clock_timestamp()
          where id = any(commands) and id is distinct from p_command and status <> 'done';
        commands := '{}';
      end if;
    end if;
  end loop;

  if k.seq > had then
    if cardinality(pools) > 0 then
      perform gendan_count(k.company, p_case, pools, opened, late);
    end if;
    update kase set seq = k.seq, chain = k.chain, turn = k.turn, digest = k.digest, status = k.status, edition = k.edition, calendar_hash = k.calendar_hash, flying = k.flying, unbound_reports = k.unbound_reports,
      outcome = k.outcome, subject_hash = k.subject_hash, title = k.title, search = k.search, changed_at = k.changed_at, closed_at = k.closed_at where id = p_case;
    delete from alarm where case_id = p_case and (kind in ('edition-mismatch', 'projection-behind', 'command-stuck') or (kind = 'faulted' and was_faulted and k.status <> 'faulted')
      or (kind = 'calendar-year-missing' and k.status = 'closed'));
  end if;
  if had = 0 and p_command is null and k.seq > 0 then
    -- nobody waits for the start: it is the one start with this subject by this person, if there is but one
    update command set status = 'done', answer = json_build_object('turn', k.turn, 'status', k.status, 'flying', k.flying), ended_at = clock_timestamp()
      where id = (select min(id) from command c where c.case_id = p_case and c.verb = 'begin' and c.status = 'pending' and c.actor = k.started_by
        and c.subject_hash = (p_rows #>> '{0,body,subject}') having count(*) = 1);
  end if;
  if p_command is not null and k.seq >= p_target then
    update command set status = 'done', answer = p_answer, ended_at = clock_timestamp() where id = p_command and status <> 'done';
  end if;
  return json_build_object('seq', k.seq, 'turn', k.turn, 'digest', k.digest, 'status', k.status, 'flying', k.flying, 'gap', gap,
    'event', case when k.seq > had then json_build_object('caseId', p_case, 'company', k.company, 'turn', k.turn, 'kinds', (select json_agg(distinct kind) from unnest(kinds) kind)) end,
    'openTasks', (select coalesce(json_agg(t.row order by t.opened_at, t.id), '[]') from task t where t.case_id = p_case and t.state = 'open'));
end $$;
