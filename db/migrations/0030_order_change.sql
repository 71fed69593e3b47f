-- the order that a case takes in: our number of it, which is the case's own unless its subject names another
alter table kase add column order_number text;
create function kase_order_number() returns trigger language plpgsql as $$
begin
  new.order_number := coalesce((select nullif(value->>'orderNumber', '') from content where hash = new.subject_hash), new.number);
  return new;
end $$;
create trigger kase_order_begun before insert on kase for each row execute function kase_order_number();
create trigger kase_order_amended before update of subject_hash on kase for each row
  when (old.subject_hash is distinct from new.subject_hash) execute function kase_order_number();
update kase k set order_number = coalesce((select nullif(c.value->>'orderNumber', '') from content c where c.hash = k.subject_hash), k.number);
create index kase_order on kase (company, order_number, procedure);

-- what an order change does to a case of the order, and how it is taken back; written down before the case is told, so that a repetition tells it the same
create table order_amendment (
  key text not null,                  -- the idempotency key of the effect
  change_id text not null,            -- the case of the order change
  case_id text not null,
  number text not null,
  n integer not null,                 -- which try; the case had been changed meanwhile when there are more
  command json,                       -- the amendment; null: the case was closed, nothing is sent
  back json,                          -- the patch that takes it back
  at timestamptz not null default now(),
  primary key (key, case_id, n)
);
create index order_amendment_change on order_amendment (change_id, at desc);

-- what lists show: customer and order number; of a subject without them, the order it speaks of
create or replace function gendan_title(subject json) returns text language sql immutable return
  coalesce((select string_agg(value #>> '{}', ' ' order by key) from json_each(subject)
    where key in ('customer', 'customerPo') and json_typeof(value) = 'string'), subject->>'orderNumber', '');
