-- Mail that came back. Each report is a command in the journal (verb `bounced`, key = message id): taken by its case, or refused, since the case
-- has ended. Then it is on the radar, and in the hands of who started the case, until somebody has seen to it.
create unique index command_bounced on command (key) where verb = 'bounced';
create index command_bounced_late on command (ended_at) where verb = 'bounced' and status = 'refused';
create index task_bounced on task (opened_at) where state = 'open' and step = 'bounced';

create table bounce_settled (
  message_id text primary key,
  by text not null,
  note text not null,
  at timestamptz not null default clock_timestamp()
);

-- Tells who started a case that one of its mails came back when it had ended.
create function gendan_bounced_late(c command) returns void language plpgsql as $$
declare
  k kase;
  hash_ text := 'bounce:' || c.id;
begin
  select kase.* into k from kase join person p on p.id = kase.started_by and p.active where kase.id = c.case_id;
  if not found then
    return;
  end if;
  insert into content (hash, value) values (hash_, json_build_object('address', c.body->>'to', 'reason', c.body->>'reason', 'mail', trim(both '<>' from c.key))) on conflict do nothing;
  perform gendan_notice(k, jsonb_build_object('key', hash_, 'notice', 'mail-bounced', 'to', 'person:' || k.started_by, 'shown', hash_), clock_timestamp());
end $$;

-- Ends a claimed command as refused. Returns what stands: another process may have taken it over and brought it to an end.
create or replace function gendan_refuse(p_id text, p_by text, p_answer json) returns json language plpgsql as $$
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
