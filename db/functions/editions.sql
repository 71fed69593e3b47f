-- What an edition's books say that is needed row by row.

-- Steps whose forms are held against what is shown, or against an earlier answer: what that was comes with the statement that says who asks.
create function gendan_held_steps(p_procedure jsonb) returns text[] language sql immutable return
  (select coalesce(array_agg(step.key order by step.key), '{}') from jsonb_each(p_procedure->'steps') step
    where exists (select from jsonb_each(step.value->'fields') field where field.value ?| array['of', 'sameAs', 'atMost', 'notPast', 'onFreeDay', 'whenLater']));

create function edition_procedures() returns trigger language plpgsql as $$
begin
  insert into edition_procedure (edition, company, procedure, implementation, documents, held_steps)
  select new.id, company.key, procedure.key, procedure.value->>'implementation',
    coalesce((select jsonb_object_agg(notice.key, notice.value->>'document')
      from jsonb_each(procedure.value->'notices') notice where notice.value->>'document' is not null), '{}'), gendan_held_steps(procedure.value)
  from jsonb_each(new.books::jsonb) company, jsonb_each(company.value->'procedures') procedure;
  return null;
end $$;
create trigger edition_procedures after insert on edition for each row execute function edition_procedures();

create function edition_companies() returns trigger language plpgsql as $$
begin
  insert into edition_company (edition, company, default_site)
  select new.id, book.key, book.value #>> '{company,defaultSite}' from jsonb_each(new.books::jsonb) book
  where jsonb_typeof(book.value #> '{company,sites}') = 'object';
  return null;
end $$;
create trigger edition_companies after insert on edition for each row execute function edition_companies();
