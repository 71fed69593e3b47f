-- Whether a command may be sent now: there is a place, nobody who still waits came before, and no reopening that came before is under way: it reads
-- where the case stood and starts a run from there, so nothing may come between. The case's journal lock is held.
create or replace function gendan_may_go(p_case text, p_n bigint) returns boolean language sql as $$
  select count(*) filter (where sent_until > clock_timestamp()) < gendan_places()
    and not coalesce(bool_or(n < p_n and verb = 'reopen'), false)
    and not coalesce(bool_or(n < p_n and waits_until > clock_timestamp() and (sent_until is null or sent_until <= clock_timestamp())), false)
  from command where case_id = p_case and status = 'pending';
$$;
