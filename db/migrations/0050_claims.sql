-- Whoever takes a task takes a seat of it: where several sign, each has their own, and nobody keeps the others from theirs.
alter table task_claim add column seat text;
update task_claim c set seat = coalesce(
  (select a.s->>'id' from task t cross join lateral jsonb_array_elements(t.row->'seats') with ordinality as a(s, n)
    where t.case_id = c.case_id and t.key = c.key and coalesce(a.s->>'state', 'open') in ('open', 'waiting') order by t.opened_at desc, a.n limit 1), '1');
alter table task_claim alter column seat set not null, drop constraint task_claim_pkey, add primary key (case_id, key, seat);

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

-- One command beside a case, whole or not at all: written down, carried out, noted, told. The same id again gets the answer it had.
create or replace function gendan_beside(p json) returns json language plpgsql as $$
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
