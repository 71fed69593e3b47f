-- goods that came back, by the case of their return: booked once per key, given up when the return is called off
create table book_return (
  key text primary key,
  case_id text not null,
  company text not null,
  order_number text not null,
  lines jsonb not null,               -- line and quantity
  standing boolean not null default true,
  at timestamptz not null default now()
);
create index book_return_case on book_return (case_id) where standing;

create function book_return_undo(p_case text) returns void language plpgsql as $$
declare
  r book_return;
begin
  for r in select * from book_return where case_id = p_case and standing for update loop
    update book_order_line l set returned = l.returned - (w->>'quantity')::bigint from jsonb_array_elements(r.lines) w
      where l.company = r.company and l.order_number = r.order_number and l.id = w->>'line';
    update book_return set standing = false where key = r.key;
  end loop;
end $$;

-- Books goods back in, all or nothing: never more of a line than was shipped and has not come back. What the case has booked before is given up first.
create function book_take_back(p jsonb) returns jsonb language plpgsql as $$
declare
  wrong jsonb;
begin
  perform 1 from book_order_line l where l.company = p->>'company' and l.order_number = p->>'order' order by l.id for update;
  if exists (select from book_return where key = p->>'key') then
    return '{"posted": true}';
  end if;
  perform book_return_undo(p->>'case');
  if not exists (select from book_order where company = p->>'company' and number = p->>'order') then
    return jsonb_build_object('posted', false, 'code', 'ORDER_UNKNOWN', 'values', jsonb_build_object('order', p->>'order'));
  end if;
  select jsonb_build_object('line', w->>'line', 'most', coalesce(l.shipped - l.returned, 0)) into wrong
    from jsonb_array_elements(p->'lines') w
      left join book_order_line l on l.company = p->>'company' and l.order_number = p->>'order' and l.id = w->>'line'
    where (w->>'quantity')::bigint > coalesce(l.shipped - l.returned, 0) order by w->>'line' limit 1;
  if wrong is not null then
    return jsonb_build_object('posted', false, 'code', 'RETURN_ABOVE_SHIPPED', 'values', wrong);
  end if;
  update book_order_line l set returned = l.returned + (w->>'quantity')::bigint from jsonb_array_elements(p->'lines') w
    where l.company = p->>'company' and l.order_number = p->>'order' and l.id = w->>'line';
  insert into book_return (key, case_id, company, order_number, lines) values (p->>'key', p->>'case', p->>'company', p->>'order', p->'lines');
  return '{"posted": true}';
end $$;
