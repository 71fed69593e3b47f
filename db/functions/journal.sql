-- The journal of commands: written down once, sent by one process at a time in their order, ended once.

-- At most this many commands of one case are on their way at once, over all processes: Temporal's own limit is 10, and its back-off costs seconds.
create function gendan_places() returns integer language sql immutable return 8;

-- How long a claim holds. Whoever sends gives up well before.
create function gendan_claim_time() returns interval language sql immutable return interval '15 seconds';

-- Whether a command may be sent now: there is a place, nobody who still waits came before, and no reopening that came before is under way: it reads
-- where the case stood and starts a run from there, so nothing may come between. The case's journal lock is held.
create function gendan_may_go(p_case text, p_n bigint) returns boolean language sql as $$
  select count(*) filter (where sent_until > clock_timestamp()) < gendan_places()
    and not coalesce(bool_or(n < p_n and verb = 'reopen'), false)
    and not coalesce(bool_or(n < p_n and waits_until > clock_timestamp() and (sent_until is null or sent_until <= clock_timestamp())), false)
  from command where case_id = p_case and status = 'pending';
$$;

create function gendan_head(p_case text) returns json language sql stable as $$
  select json_build_object('turn', turn, 'digest', digest, 'seq', seq, 'status', status, 'edition', edition) from kase where id = p_case;
$$;

-- Writes a command down and, if there is a place, claims it for the caller. One that is known is answered as it stands.
create function gendan_submit(p_id text, p_case text, p_verb text, p_actor text, p_key text, p_body_hash text, p_subject_hash text, p_body json, p_by text) returns json language plpgsql as $$
declare
  c command;
  claimed boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_case, 7));
  claimed := gendan_may_go(p_case, 9223372036854775807);
  insert into command (id, case_id, verb, actor, key, body_hash, subject_hash, body, sent_by, sent_until, sent_count, waits_until)
  values (p_id, p_case, p_verb, p_actor, p_key, p_body_hash, p_subject_hash, p_body,
    case when claimed then p_by end, case when claimed then clock_timestamp() + gendan_claim_time() end, case when claimed then 1 else 0 end,
    case when not claimed then clock_timestamp() + interval '5 seconds' end)
  on conflict (id) do nothing;
  if found then
    return json_build_object('fresh', true, 'same', true, 'status', 'pending', 'claimed', claimed, 'head', gendan_head(p_case));
  end if;
  select * into c from command where id = p_id;
  return json_build_object('fresh', false, 'same', c.body_hash = p_body_hash and c.case_id = p_case, 'status', c.status, 'answer', c.answer, 'claimed', false, 'head', gendan_head(c.case_id));
end $$;

-- Claims a pending command that nobody is sending, in its order; says how it ended if it has. p_refresh: its caller goes on waiting.
create function gendan_claim(p_id text, p_by text, p_refresh boolean) returns json language plpgsql as $$
declare
  c command;
  claimed boolean := false;
begin
  select * into c from command where id = p_id;
  if not found then
    return null;
  end if;
  if c.status = 'pending' then
    perform pg_advisory_xact_lock(hashtextextended(c.case_id, 7));
    select * into c from command where id = p_id for no key update;
  end if;
  if c.status = 'pending' and (c.sent_until is null or c.sent_until <= clock_timestamp()) then
    claimed := gendan_may_go(c.case_id, c.n);
    if claimed then
      update command set sent_by = p_by, sent_until = clock_timestamp() + gendan_claim_time(), sent_count = sent_count + 1, waits_until = null where id = p_id;
    elsif p_refresh then
      update command set waits_until = clock_timestamp() + interval '5 seconds' where id = p_id;
    end if;
  end if;
  return json_build_object('status', c.status, 'answer', c.answer, 'claimed', claimed, 'head', gendan_head(c.case_id));
end $$;

-- Ends a claimed command as refused. Returns what stands: another process may have taken it over and brought it to an end.
create function gendan_refuse(p_id text, p_by text, p_answer json) returns json language plpgsql as $$
declare
  c command;
begin
  update command set status = 'refused', answer = p_answer, ended_at = clock_timestamp() where id = p_id and status = 'pending' and sent_by = p_by returning * into c;
  if c.verb = 'bounced' then
    perform gendan_bounced_late(c);
  end if;
  select * into c from command where id = p_id;
  return json_build_object('status', c.status, 'answer', c.answer);
end $$;

-- The number for a start: the one it has, or the next of its day that no case has taken by hand.
create function gendan_number(p_command text, p_company text, p_procedure text, p_prefix text, p_period text) returns text language plpgsql as $$
declare
  number_ text;
  next_ integer;
begin
  select number into number_ from case_numbered where command_id = p_command;
  if found then
    return number_;
  end if;
  loop
    insert into case_counter as c (company, period, last) values (p_company, p_period, 1)
      on conflict (company, period) do update set last = c.last + 1 returning last into next_;
    number_ := p_prefix || '-' || p_period || '-' || case when next_ < 1000 then lpad(next_::text, 3, '0') else next_::text end;
    exit when not exists (select from kase where id = p_company || ':' || p_procedure || ':' || number_);
  end loop;
  insert into case_numbered values (p_command, number_) on conflict (command_id) do nothing;
  select number into number_ from case_numbered where command_id = p_command;
  return number_;
end $$;
