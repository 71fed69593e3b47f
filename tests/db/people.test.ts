import { describe, expect, it } from 'vitest';
import { authenticate, createToken, revokeToken } from '../../db/authentication.js';
import { loadDirectory } from '../../db/directory.js';
import { applyRows } from '../../db/ledger.js';
import type { CompanyPolicy, Person } from '../../domain/policy/policy.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();
const company = { company: 'hehe', roles: { clerk: {}, planner: {} } } as unknown as CompanyPolicy;
const li: Person = { id: 'li', name: '李', locale: 'zh', roles: ['clerk'] };
const wang: Person = { id: 'wang', name: '王', locale: 'en', roles: ['planner', 'clerk'] };

describe('when people are loaded', () => {
  it('then the directory counts on only when something changed, and who is left out has no roles', async () => {
    const first = await loadDirectory(database.pool, [{ company, people: [li, wang] }]);
    expect(await loadDirectory(database.pool, [{ company, people: [li, wang] }])).toBe(first);
    expect(await loadDirectory(database.pool, [{ company, people: [li, { ...wang, roles: ['planner'] }] }])).toBe(first + 1);
    expect(await loadDirectory(database.pool, [{ company, people: [li] }])).toBe(first + 2);
    const { rows } = await database.pool.query('select id, active from person order by id');
    expect(rows).toEqual([
      { id: 'li', active: true },
      { id: 'wang', active: false },
    ]);
  });
});

describe('when somebody shows a token', () => {
  it('then one statement tells who it is, with roles, and the task and case asked about', async () => {
    const directory = await loadDirectory(database.pool, [{ company, people: [li, wang] }]);
    const token = await createToken(database.pool, 'wang');
    expect(token?.secret).toMatch(new RegExp(`^gendan_${token?.id}_[\\w-]{43}$`));
    const scribe = new Scribe('T1');
    scribe.begun(scribe.task('opened', 'review'));
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const secret = token?.secret ?? '';
    expect(await authenticate(database.pool, secret)).toEqual({
      ok: true,
      claims: [],
      person: {
        tokenId: token?.id,
        id: 'wang',
        name: '王',
        locale: 'en',
        directory,
        teams: [],
        sites: {},
        memberships: [
          { company: 'hehe', role: 'clerk' },
          { company: 'hehe', role: 'planner' },
        ],
      },
    });
    expect(await authenticate(database.pool, secret, { taskId: `${scribe.caseId}/review#1` })).toMatchObject({
      ok: true,
      task: scribe.rows[1]?.task,
      case: { id: scribe.caseId, turn: 1, startedBy: 'li' },
    });
    expect(await authenticate(database.pool, secret, { caseId: scribe.caseId })).toMatchObject({ case: { number: 'T1', edition: 'e1' } });
    expect(await authenticate(database.pool, secret, { taskId: 'nothing' })).not.toHaveProperty('case');
  });

  it('then an unknown, a revoked one and one of somebody who left are told apart', async () => {
    await loadDirectory(database.pool, [{ company, people: [li, wang] }]);
    const token = await createToken(database.pool, 'wang');
    const secret = token?.secret ?? '';
    expect(await authenticate(database.pool, `${secret}x`)).toEqual({ ok: false, reason: 'unknown' });
    await loadDirectory(database.pool, [{ company, people: [li] }]);
    expect(await authenticate(database.pool, secret)).toEqual({ ok: false, reason: 'inactive' });
    expect(await revokeToken(database.pool, token?.id ?? '')).toBe(true);
    expect(await revokeToken(database.pool, token?.id ?? '')).toBe(false);
    expect(await authenticate(database.pool, secret)).toEqual({ ok: false, reason: 'revoked' });
    expect(await createToken(database.pool, 'nobody')).toBeUndefined();
    const { rows } = await database.pool.query("select count(*)::integer as n from token where hash = convert_to($1, 'UTF8')", [secret]);
    expect(rows).toEqual([{ n: 0 }]);
  });
});
