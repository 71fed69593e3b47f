-- What people do beside a case (claim, comment, urge, draft): no part of its history.

-- One command beside a case, whole or not at all: written down, carried out, noted, told. The same id again gets the answer it had.
create function gendan_beside(p json) returns json language plpgsql as $$
declare
  id_ text := p->>'id';
  case_ text := p->>'caseId';
  task_ text := p->>'task';
  key_ text := p->>'key';
  seat_ text := p->>'seat';
  verb_ text := p->>'verb';
  actor_ text := p->>'actor';
  person_ text := p->>'person';
  now_ timestamptz := clock_timestamp();
  kind_ text := p->>'kind';
  known command;
  held task_claim;
  last_by text;
  last_at timestamptz;
  last_kind text;
  note_ bigint;
  refused json;
begin
  insert into command (id, case_id, verb, actor, key, body_hash, body, status, answer, ended_at)
    values (id_, case_, verb_, actor_, p->>'idempotencyKey', p->>'bodyHash', p->'body', 'done', '{}', now_) on conflict (id) do nothing;
  if not found then
    select * into known from command where id = id_;
    return case when known.body_hash = p->>'bodyHash' and known.case_id = case_ then json_build_object('note', known.answer->'note', 'again', true)
      else json_build_object('refused', 'KEY_REUSED', 'values', json_build_object()) end;
  end if;
  if verb_ in ('claim', 'reassign', 'hand-over') then
    insert into task_claim as c (case_id, key, seat, person_id, by, at) values (case_, key_, seat_, person_, actor_, now_)
      on conflict (case_id, key, seat) do update set person_id = excluded.person_id, by = excluded.by, at = excluded.at
      where verb_ <> 'claim' and c.person_id is not distinct from coalesce(p->>'from', c.person_id);
    if not found then
      select * into held from task_claim where case_id = case_ and key = key_ and seat = seat_;
      refused := case when verb_ = 'claim' and held.person_id = person_ then null
        else json_build_object('refused', 'CLAIMED', 'values', json_build_object('task', task_, 'seat', seat_, 'by', held.person_id, 'at', floor(extract(epoch from held.at) * 1000))) end;
    end if;
  elsif verb_ = 'release' then
    delete from task_claim where case_id = case_ and key = key_ and seat = seat_ and person_id = p->>'from';
    if not found then
      refused := json_build_object('refused', 'NOT_CLAIMED', 'values', json_build_object('task', task_));
    end if;
  elsif verb_ = 'urge' then
    perform from task where id = task_ for update;
    select n."by", n.at into last_by, last_at from case_note n where n.task_id = task_ and n.kind = 'urged' order by n.at desc limit 1;
    if last_at + (p->>'everyMs')::float8 * interval '1 millisecond' > now_ then
      refused := json_build_object('refused', 'URGED_ALREADY', 'values', json_build_object('task', task_, 'by', last_by, 'at', floor(extract(epoch from last_at) * 1000),
        'until', floor(extract(epoch from last_at) * 1000) + (p->>'everyMs')::float8));
    end if;
  end if;
  if refused is not null then
    delete from command where id = id_;
    return refused;
  end if;
  if verb_ = 'comment' then
    -- an opinion, where the last that asked for one has none yet
    select n."by", n.kind into last_by, last_kind from case_note n
      where n.task_id = task_ and ((n.kind = 'consulted' and n.person_id = actor_) or (n.kind = 'opinion' and n."by" = actor_)) order by n.at desc, n.id desc limit 1;
    if last_kind = 'consulted' then
      kind_ := 'opinion';
      person_ := last_by;
    end if;
  end if;
  insert into case_note (case_id, task_id, kind, by, person_id, text, at) values (case_, task_, kind_, actor_, person_, p->>'text', now_) returning id into note_;
  perform gendan_note_told(p, note_, kind_, person_, now_);
  update command set answer = json_build_object('note', note_) where id = id_;
  return json_build_object('note', note_);
end $$;

-- Puts a note into the hands of those it concerns, but not of who wrote it.
create function gendan_note_told(p json, p_note bigint, p_kind text, p_person text, p_at timestamptz) returns void language plpgsql as $$
declare
  told text[] := array(select distinct t.id from (select json_array_elements_text(p->'tell') as id union select p_person) t join person on person.id = t.id and person.active where t.id <> p->>'actor');
  value_ json := json_strip_nulls(json_build_object('task', p->>'task', 'step', p->>'step', 'by', p->>'actor', 'person', p_person, 'text', p->>'text'));
  hash_ text := 'note:' || p_note;
begin
  if cardinality(told) = 0 then
    return;
  end if;
  insert into content (hash, value) values (hash_, value_);
  insert into notice (case_id, key, version, notice, told_to, shown, at) values (p->>'caseId', hash_, 1, 'note-' || p_kind, array_to_string(told, ','), hash_, p_at);
  insert into person_notice (person_id, case_id, key, version, at) select unnest(told), p->>'caseId', hash_, 1, p_at;
end $$;

-- An answer that was begun is of no use once the task is answered.
create function gendan_answered() returns trigger language plpgsql as $$
begin
  delete from task_draft where case_id = new.case_id and key = new.key;
  return null;
end $$;
create trigger task_answered after update on task for each row when (old.state = 'open' and new.state = 'completed') execute function gendan_answered();

-- Who has a seat by transfer has it whole: whatever somebody else had taken of it is theirs no more.
create function gendan_transferred() returns trigger language plpgsql as $$
begin
  delete from task_claim c using jsonb_array_elements(new.row->'seats') s
    where c.case_id = new.case_id and c.key = new.key and c.seat = s->>'id' and c.person_id <> s #>> '{transferred,-1,to}'
      and not exists (select from jsonb_array_elements(old.row->'seats') b where b->>'id' = c.seat and b->'transferred' = s->'transferred');
  return null;
end $$;
create trigger task_transferred after update on task for each row
  when (old.row->'seats' is distinct from new.row->'seats') execute function gendan_transferred();

-- A step may have another name in the edition a case moves to: its task goes on under the new key, and so does what people keep by it.
create function gendan_renamed() returns trigger language plpgsql as $$
begin
  new.key := new.row->>'key';
  update task_claim set key = new.key where case_id = new.case_id and key = old.key;
  update task_draft set key = new.key where case_id = new.case_id and key = old.key;
  return new;
end $$;
create trigger task_renamed before update on task for each row when (new.row->>'key' is distinct from old.key) execute function gendan_renamed();
