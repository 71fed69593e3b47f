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
