import * as z from 'zod';
import { namesOf } from '../../db/people.js';
import { countRadar, radarCauses, readRadar, type Stuck } from '../../db/radar.js';
import type { Member } from '../../domain/authority/directory.js';
import { type Authority, groupsOrPeople, mayAct, waitingFor } from '../../domain/authority/may-act.js';
import { stepPolicy } from '../../domain/engine/system-tasks.js';
import { type JsonObject, textOf } from '../../domain/json.js';
import { bouncedStepName, repairStepName } from '../../domain/policy/reserved-steps.js';
import type { Locale } from '../../domain/texts/texts.js';
import { identify } from './http/auth.js';
import { cursorUnknown, pageQuery } from './http/check.js';
import { type ApiContext, type Caller, namesFor } from './http/context.js';
import { type ApiApp, serve } from './http/endpoint.js';
import { allowance, iso, message, messageFor } from './http/message.js';
import { companiesOf, holdsOneOf, requireScope } from './http/scope.js';
import { failureOf, type Names } from './http/words.js';

const action = z.object({
  action: z.enum(['open-task', 'open-case', 'move', 'set-stand-in', 'settle-bounce']),
  allowed: z.boolean(),
  whyNot: message.optional(),
});

const stuck = z
  .object({
    id: z.string(),
    cause: z.string(),
    caseId: z.string(),
    taskId: z.string().nullable(),
    company: z.string(),
    number: z.string().nullable(),
    title: z.string().nullable(),
    since: z.iso.datetime().meta({ description: 'UTC, ISO 8601.' }),
    actions: z.array(action),
  })
  .extend(message.shape)
  .meta({ id: 'Stuck' });

export const radar = z
  .object({ items: z.array(stuck), next: z.string().nullable(), counts: z.record(z.string(), z.number().int()) })
  .meta({ id: 'Radar' });

const query = z.strictObject({ company: z.string().min(1).max(120).optional(), cause: z.enum(radarCauses).optional(), ...pageQuery });

/** What keeps orders from going on. */
export function radarRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/radar',
      tag: 'Radar',
      summary: 'Cases that are stuck: why, since when, and what may be done',
      description:
        'Stuck for longest first. `cause` names the sentence, `code` is what the cause itself says, such as the error of an effect.',
      query,
      answer: { status: 200, description: 'A page of stuck cases.', schema: radar },
    },
    async ({ c, query: { after, ...asked } }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, asked);
      const companies = companiesOf(caller.person);
      const [page, counts] = await Promise.all([readRadar(api.db, companies, { ...asked, cursor: after }), countRadar(api.db, companies)]);
      if (page === undefined) throw cursorUnknown();
      const actors = page.items.flatMap(({ values }) => [values['by'], values['person'], values['people']].flat());
      const people = await namesOf(api.db, [...new Set(actors.filter((one): one is string => typeof one === 'string'))]);
      return c.json({ items: await Promise.all(page.items.map((item) => stuckView(api, item, caller, people))), next: page.next, counts });
    },
  );
}

async function stuckView(api: ApiContext, item: Stuck, caller: Caller, people: ReadonlyMap<string, string>) {
  const known =
    item.edition !== null && item.procedure !== null
      ? { edition: item.edition, company: item.company, procedure: item.procedure }
      : undefined;
  const names: Names = { ...(known === undefined ? {} : await namesFor(api, known)), people };
  const { id, cause, caseId, taskId, company, number, title, since } = item;
  return {
    id,
    cause,
    caseId,
    taskId,
    company,
    number,
    title,
    since: iso(since),
    ...messageOf(item, caller.locale, names),
    actions: actionsFor(item, caller, names),
  };
}

/** The sentences about seats that nobody can fill, beside the plain one. */
const unmanned: Readonly<Record<string, string>> = { NOBODY_NAMED: '.none', ALL_EXCLUDED: '.excluded', LEAVER_HOLDS_SEAT: '.left' };

function messageOf(item: Stuck, locale: Locale, names: Names) {
  const values = valuesOf(item);
  const { cause, code } = item;
  if (cause === 'held') {
    const held = `radar.held${values['step'] === undefined ? '' : '.step'}${values['until'] === undefined ? '' : '.until'}`;
    return messageFor(locale, held, code, values, names);
  }
  if (cause === 'order-not-booked') {
    const problem = textOf(values['problem'] ?? '');
    return messageFor(locale, problem === 'customer' ? `radar.${cause}` : `radar.${cause}.${problem}`, code, values, names);
  }
  if (code === 'BOUNCED_AFTER_CLOSE') return messageFor(locale, 'radar.mail-bounced.closed', code, values, names);
  if (cause === 'no-candidate')
    return messageFor(locale, `radar.no-candidate${unmanned[code] ?? (values['site'] === undefined ? '' : '.site')}`, code, values, names);
  const failure = cause === 'effect-failing' ? failureOf(locale, code, textOf(values['detail'] ?? '')) : undefined;
  if (failure === undefined) return messageFor(locale, `radar.${cause}`, code, values, names);
  return messageFor(locale, `radar.${cause}.known`, code, { ...values, failure }, names);
}

function valuesOf({ values, seats, edition }: Stuck): JsonObject {
  return {
    ...values,
    ...(edition === null ? {} : { edition }),
    ...(seats === null ? {} : { roles: groupsOrPeople(waitingFor(seats.flatMap((seat) => seat.candidates))) }),
    ...(typeof values['to'] === 'string' ? { roles: [plainName(values['to'])] } : {}),
  };
}

/** Whom a notice is for, without the kind and the site: the id of a role, a team or a person. */
const plainName = (to: string): string => to.replace(/^(team|person):/, '').split('@')[0] ?? to;

/** Somebody who sees to absences may name a stand-in. */
function standInAction(person: Member, company: string, locale: Locale, names: Names) {
  const roles = names.book?.company.absencesManagedBy ?? [];
  const allowed = holdsOneOf(person, company, roles);
  const authority: Authority = allowed
    ? { allowed, rule: 'member' }
    : { allowed, code: 'ROLE_NEEDED', values: { verb: 'set-stand-in', roles } };
  return { action: 'set-stand-in' as const, ...allowance(locale, authority, names) };
}

/** What may safely be done about it, or why not by this reader. */
function actionsFor({ cause, code, taskId, seats, company, procedure, about }: Stuck, { person, locale }: Caller, names: Names) {
  const policy = procedure === null ? undefined : names.book?.procedures[procedure];
  const open = { action: taskId === null ? ('open-case' as const) : ('open-task' as const), allowed: true };
  if (policy === undefined || about === null) return [open];
  if ((cause === 'effect-failing' || cause === 'mail-bounced') && taskId !== null) {
    const step = stepPolicy(policy, cause === 'mail-bounced' ? bouncedStepName : repairStepName);
    const seat = { id: '1', candidates: policy.repairedBy.map((role) => ({ role })) };
    const authority: Authority =
      step === undefined
        ? { allowed: true, rule: 'member' }
        : mayAct(person, company, { on: 'task', verb: 'complete', seats: seats ?? [seat], step, about });
    return [{ action: 'open-task' as const, ...allowance(locale, authority, names) }];
  }
  if (code === 'BOUNCED_AFTER_CLOSE') {
    const roles = [...policy.repairedBy, ...policy.managedBy];
    const authority = mayAct(person, company, { on: 'mail', verb: 'settle-bounce', roles, about });
    return [open, { action: 'settle-bounce' as const, ...allowance(locale, authority, names) }];
  }
  if (cause === 'all-away') return [open, standInAction(person, company, locale, names)];
  if (cause !== 'faulted' && cause !== 'edition-not-served') return [open];
  return [
    open,
    {
      action: 'move' as const,
      ...allowance(locale, mayAct(person, company, { on: 'case', verb: 'move', procedure: policy, about }), names),
    },
  ];
}
