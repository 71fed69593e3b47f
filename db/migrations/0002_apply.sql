-- Epoch milliseconds as a time; null stays null.
create function gendan_time(ms text) returns timestamptz language sql immutable parallel safe return to_timestamp(ms::float8 / 1000);

-- What lists show and search of a subject: customer and order number, and all texts on its top level.
create function gendan_title(subject json) returns text language sql immutable return
  (select coalesce(string_agg(value #>> '{}', ' ' order by key), '') from json_each(subject)
    where key in ('customer', 'customerPo') and json_typeof(value) = 'string');
create function gendan_search(subject json) returns text language sql immutable return
  (select left(coalesce(string_agg(value #>> '{}', ' '), ''), 500) from json_each(subject) where json_typeof(value) = 'string');

-- Per seat, its candidates as one word: the counter it counts under.
create function gendan_pools(seats jsonb) returns text[] language sql immutable return
  (select coalesce(array_agg(pool order by n), '{}') from (
    select n, (select coalesce(string_agg(word, '|' order by word), '') from (
        select case when c ? 'role' then 'role:' || (c->>'role') else 'person:' || (c->>'person') end as word
        from jsonb_array_elements(seat->'candidates') c) candidates) as pool
    from jsonb_array_elements(seats) with ordinality as s(seat, n)) pools);

-- Makes the row of a case that SQL does not know, from its begun row and the start command in the journal. Seq 0: nothing is applied yet.
create function gendan_begun(p_case text, r jsonb, p_edition text) returns void language plpgsql as $$
declare
  subject_hash_ text := r #>> '{body,subject}';
  start json;
begin
  select body into start from command
    where case_id = p_case and verb = 'begin' and subject_hash = subject_hash_ order by status = 'refused', n limit 1;
  if start is not null then
    insert into content values (subject_hash_, start->'subject') on conflict do nothing;
  end if;
  insert into kase (id, company, procedure, number, edition, subject_hash, title, search, status, turn, digest, seq, chain, started_by, started_at, changed_at)
  values (p_case, r #>> '{body,company}', r #>> '{body,procedure}', r #>> '{body,number}', coalesce(p_edition, start->>'edition', ''), subject_hash_,
    coalesce(gendan_title(start->'subject'), ''), coalesce(gendan_search(start->'subject'), ''), 'open', 0, '', 0,
    sha256(convert_to(p_case, 'UTF8')), coalesce(r->>'by', 'engine'), gendan_time(r->>'at'), gendan_time(r->>'at'))
  on conflict do nothing;
end $$;

-- Brings a task and its seats to what a row says. Returns by how much its counters change: pools, open, overdue.
create function gendan_task(k kase, t jsonb, out pools text[], out opened integer[], out late integer[]) language plpgsql as $$
declare
  before task;
  now_open boolean := t->>'state' = 'open';
  is_late boolean := coalesce((t->>'overdue')::boolean, false);
  own text[];
begin
  select * into before from task where id = t->>'id';
  own := case when before.row->'seats' = t->'seats' then before.pools else gendan_pools(t->'seats') end;
  insert into task (id, case_id, company, procedure, number, key, step, rev, state, shown, prefill, lines, opened_at, due_at, overdue, closed_at, closed_by, outcome, row, pools)
  values (t->>'id', k.id, k.company, k.procedure, k.number, t->>'key', t->>'step', (t->>'rev')::integer, t->>'state', t->>'shown', t->>'prefill', t->'lines',
    gendan_time(t->>'openedAt'), gendan_time(t->>'dueAt'), is_late, gendan_time(t->>'closedAt'), t->>'closedBy', t->>'outcome', t, own)
  on conflict (id) do update set step = excluded.step, rev = excluded.rev, state = excluded.state, shown = excluded.shown, prefill = excluded.prefill, lines = excluded.lines,
    due_at = excluded.due_at, overdue = excluded.overdue, closed_at = excluded.closed_at, closed_by = excluded.closed_by, outcome = excluded.outcome, row = excluded.row, pools = excluded.pools;

  if before.id is not null and before.pools <> own then
    delete from seat where task_id = t->>'id';
  end if;
  if now_open then
    insert into seat (task_id, seat, n, company, role, person_id, open, overdue, due_at)
    select t->>'id', s->>'id', c.n, k.company, c.candidate->>'role', c.candidate->>'person', true, is_late, coalesce(gendan_time(t->>'dueAt'), 'infinity')
    from jsonb_array_elements(t->'seats') s, jsonb_array_elements(s->'candidates') with ordinality as c(candidate, n)
    on conflict (task_id, seat, n) do update set role = excluded.role, person_id = excluded.person_id, open = true, overdue = excluded.overdue, due_at = excluded.due_at;
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

-- Adds to the kept counters, in one order for all, so that two cases never wait for each other crosswise.
create function gendan_count(p_company text, p_case text, pools text[], opened integer[], late integer[]) returns void language sql as $$
  insert into seat_count as c (company, pool, slot, candidates, open, overdue)
  select p_company, pool, abs(hashtext(p_case) % 8), string_to_array(pool, '|'), sum(o), sum(l)
  from unnest(pools, opened, late) as d(pool, o, l) group by pool having sum(o) <> 0 or sum(l) <> 0 order by pool
  on conflict (company, pool, slot) do update set open = c.open + excluded.open, overdue = c.overdue + excluded.overdue;
$$;

-- Notices go out with the transaction that tells of them.
create function gendan_notice(k kase, told jsonb, told_at timestamptz) returns void language plpgsql as $$
declare
  version_ integer;
begin
  insert into notice (case_id, key, version, notice, told_to, shown, at, document)
  select k.id, told->>'key', coalesce((select max(version) from notice n where n.case_id = k.id and n.key = told->>'key'), 0) + 1,
    told->>'notice', told->>'to', told->>'shown', told_at,
    (select documents->>(told->>'notice') from edition_procedure p where p.edition = k.edition and p.company = k.company and p.procedure = k.procedure)
  returning version into version_;
  perform graphile_worker.add_job('deliver-notice', json_build_object('caseId', k.id, 'key', told->>'key', 'version', version_));
end $$;

-- Everything about a row that is not its task. A promise whose date is no date is left out: the form has let it through, and the ledger has it.
create function gendan_row(k kase, r jsonb, at_ timestamptz) returns void language plpgsql as $$
begin
  if jsonb_typeof(r->'effect') = 'object' then
    insert into effect as e (case_id, key, effect, input, action, state, code, detail, since)
    values (k.id, r #>> '{effect,key}', r #>> '{effect,effect}', r #>> '{effect,input}', r #>> '{effect,action}', r #>> '{effect,state}', r #>> '{effect,code}', r #>> '{effect,detail}', at_)
    on conflict (case_id, key) do update set effect = excluded.effect, input = excluded.input, action = excluded.action, state = excluded.state, code = excluded.code, detail = excluded.detail, since = excluded.since;
  elsif jsonb_typeof(r->'clock') = 'object' then
    insert into clock (case_id, key, clock, from_at, due_at, state)
    values (k.id, r #>> '{clock,key}', r #>> '{clock,clock}', gendan_time(r #>> '{clock,from}'), gendan_time(r #>> '{clock,dueAt}'), r #>> '{clock,state}')
    on conflict (case_id, key) do update set from_at = excluded.from_at, due_at = excluded.due_at, state = excluded.state;
  elsif jsonb_typeof(r->'notice') = 'object' then
    perform gendan_notice(k, r->'notice', at_);
  elsif jsonb_typeof(r #> '{body,promises}') = 'array' and r->>'type' in ('completed', 'answered-part') then
    insert into promise (case_id, line, version, date, cause, agreed_by, task_id, at, slip_days)
    select distinct on (p->>'line') k.id, p->>'line', coalesce((select max(version) from promise o where o.case_id = k.id and o.line = p->>'line'), 0) + 1,
      (p->>'date')::date, coalesce(p->>'cause', ''), coalesce(r->>'by', 'engine'), r #>> '{task,id}', at_,
      coalesce((p->>'date')::date - coalesce((select date from promise o where o.case_id = k.id and o.line = p->>'line' order by version desc limit 1),
        case when pg_input_is_valid(p->>'wanted', 'date') then (p->>'wanted')::date end), 0)
    from jsonb_array_elements(r #> '{body,promises}') p where p->>'line' is not null and p->>'date' is not null and pg_input_is_valid(p->>'date', 'date')
      -- a date said again is the same promise
      and (p->>'date')::date is distinct from (select date from promise o where o.case_id = k.id and o.line = p->>'line' order by version desc limit 1);
  end if;
end $$;

-- Takes a case's ledger rows into SQL: those that follow what is there, in order; earlier ones are passed over; at a gap it stops and says so.
-- p_rows: array of canonical row texts, ascending. p_contents: values by content hash. p_command ends as done with p_answer once the case is at p_target.
create function gendan_apply(p_case text, p_rows json, p_contents json, p_command text, p_target integer, p_answer json) returns json language plpgsql as $$
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
    return json_build_object('seq', 0, 'turn', 0, 'digest', '', 'status', 'open', 'flying', 0, 'gap', json_array_length(p_rows) > 0, 'told', false, 'event', null, 'openTasks', json_build_array());
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
  return json_build_object('seq', k.seq, 'turn', k.turn, 'digest', k.digest, 'status', k.status, 'flying', k.flying, 'gap', gap, 'told', k.stored_told,
    'event', case when k.seq > had then json_build_object('caseId', p_case, 'company', k.company, 'turn', k.turn, 'kinds', (select json_agg(distinct kind) from unnest(kinds) kind)) end,
    'openTasks', (select coalesce(json_agg(t.row order by t.opened_at, t.id), '[]') from task t where t.case_id = p_case and t.state = 'open'));
end $$;
