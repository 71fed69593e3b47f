-- Notices by mail, for people who have an address, in companies whose policy says so. What became of the mail stands with the notice; a mail whose
-- sending was under way when its process died is of unknown outcome, and not sent again.
alter table person add column mail text;
alter table person_notice add column mail_state text check (mail_state in ('prepared', 'handing-over', 'handed-over', 'kept', 'refused', 'unknown')), add column mail_answer text;

-- Each notice that came into somebody's hands is mailed once, by a job that the transaction leaves behind.
create function gendan_notice_mail() returns trigger language plpgsql as $$
begin
  update person_notice n set mail_state = 'prepared' from told t join person p on p.id = t.person_id and p.mail is not null
      join kase k on k.id = t.case_id join company c on c.id = k.company and c.policy #> '{notices,mail}' = 'true'
    where n.case_id = t.case_id and n.key = t.key and n.version = t.version and n.person_id = t.person_id;
  if found then
    perform graphile_worker.add_job('mail-notice', json_build_object('caseId', n.case_id, 'key', n.key, 'version', n.version, 'person', n.person_id),
        max_attempts => 10, job_key => 'mail:' || n.case_id || '/' || n.key || '@' || n.version || '/' || n.person_id)
      from told t join person_notice n on n.case_id = t.case_id and n.key = t.key and n.version = t.version and n.person_id = t.person_id where n.mail_state = 'prepared';
  end if;
  return null;
end $$;
create trigger person_notice_mail after insert on person_notice referencing new table as told for each statement execute function gendan_notice_mail();
