-- A step may have another name in the edition a case moves to: its task goes on under the new key, and so does what people keep by it.
create function gendan_renamed() returns trigger language plpgsql as $$
begin
  new.key := new.row->>'key';
  update task_claim set key = new.key where case_id = new.case_id and key = old.key;
  update task_draft set key = new.key where case_id = new.case_id and key = old.key;
  return new;
end $$;
create trigger task_renamed before update on task for each row when (new.row->>'key' is distinct from old.key) execute function gendan_renamed();
-- Tasks that went on under a new name before their key followed.
update task set row = row where key is distinct from row->>'key';
