-- One turn of a case into SQL: `gendan_apply` under the lock of the case's row, seq by seq, and what it keeps of each row.

-- Epoch milliseconds as a time; null stays null.
create function gendan_time(ms text) returns timestamptz language sql immutable parallel safe return to_timestamp(ms::float8 / 1000);

-- What lists show: customer and order number; of a subject without them, the order it speaks of
create function gendan_title(subject json) returns text language sql immutable return
  coalesce((select string_agg(value #>> '{}', ' ' order by key) from json_each(subject)
    where key in ('customer', 'customerPo') and json_typeof(value) = 'string'), subject->>'orderNumber', '');

-- What lists search: all texts on the subject's top level.
create function gendan_search(subject json) returns text language sql immutable return
  (select left(coalesce(string_agg(value #>> '{}', ' '), ''), 500) from json_each(subject) where json_typeof(value) = 'string');

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
-- Its statements look for single rows by their keys: a plan of their own at each turn would cost more than it saves.
create function gendan_apply(p_case text, p_rows json, p_contents json, p_command text, p_target integer, p_answer json) returns json language plpgsql
  set plan_cache_mode = force_generic_plan as $$
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
  orders boolean := false;            -- what an order in the trade books is made of has changed
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
    orders := orders or r->>'type' = 'amended' or coalesce(r #>> '{notice,to}' = 'order-books', false) or jsonb_typeof(r #> '{body,promises}') is not null;
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
      orders := orders or k.outcome is distinct from head->'outcome';
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
  if orders and exists (select from notice where case_id = p_case and told_to = 'order-books') then
    -- with the turn, once for all that waits; one at a time in a company
    perform graphile_worker.add_job('follow-order', json_build_object('caseId', p_case), queue_name => 'order-books:' || k.company, max_attempts => 10, job_key => 'follow-order:' || p_case);
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

-- The order that a case takes in: its own number, unless the subject names another.
create function kase_order_number() returns trigger language plpgsql as $$
begin
  new.order_number := coalesce((select nullif(value->>'orderNumber', '') from content where hash = new.subject_hash), new.number);
  return new;
end $$;
create trigger kase_order_begun before insert on kase for each row execute function kase_order_number();
create trigger kase_order_amended before update of subject_hash on kase for each row
  when (old.subject_hash is distinct from new.subject_hash) execute function kase_order_number();

-- Holds are kept from the ledger as it is applied.
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
