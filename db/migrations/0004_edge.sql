-- What the API needs beyond the rows of cases: numbers for new cases, and the order of a supervisor's list.
create table case_counter (
  company text not null,
  period text not null,               -- the day in the company's own zone, as in the number
  last integer not null,
  primary key (company, period)
);
-- which number a start was given, so that the same request again gets the same one
create table case_numbered (
  command_id text primary key,
  number text not null
);

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

create index task_team on task (company, procedure, overdue desc, (coalesce(due_at, 'infinity'::timestamptz)), id) where state = 'open';
create index task_overdue on task (due_at, id) where state = 'open' and overdue;
create index kase_unbound on kase (id) where unbound_reports > 0 and status <> 'closed';
create index effect_flying on effect (since) where state = 'flying';
create index kase_number on kase (company, number);
