import pg from 'pg';
import { saveAbsence } from '../db/absences.js';
import { createToken } from '../db/authentication.js';
import { loadDirectory } from '../db/directory.js';
import { saveEdition, setCurrentEdition } from '../db/editions.js';
import type { Books, CompanyPolicy, Person } from '../domain/policy/policy.js';

const hour = 3_600_000;
const sites = ['foshan', 'zhaoqing', 'qingyuan', 'heyuan'];
const desks = ['merchandiser', 'cs-planner', 'pmc-dept', 'sales-admin', 'warehouse-keeper', 'billing-desk', 'finance-dept', 'quality-dept'];
const leaders = ['sales-leader', 'general-manager'];
const staff = 96;

/** A plant's directory: people with a role at a site or at all, teams, leaders who manage, and twelve who are away with stand-ins, half of them limited. */
function directory(): readonly Person[] {
  const clerks = Array.from({ length: staff }, (_, n): Person => {
    const id = `clerk-${n}`;
    const everywhere = n % 6 === 5;
    return {
      id,
      name: id,
      locale: 'en',
      roles: [desks[n % desks.length] ?? ''],
      ...(everywhere ? {} : { sites: [sites[Math.floor(n / desks.length) % sites.length] ?? ''] }),
      ...(n % 5 === 0 ? { teams: ['export'] } : {}),
    };
  });
  return [...clerks, ...leaders.map((role): Person => ({ id: role, name: role, locale: 'en', roles: [role] }))];
}

/** Brings the directory and `open` open seats into a migrated database. Resolves to tokens by person. */
export async function seedInbox(databaseUrl: string, books: Books, open: number): Promise<Readonly<Record<string, string>>> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  try {
    const hehe = books['hehe'];
    if (hehe === undefined) throw new Error('the books of hehe are missing');
    const words = { en: 'x', zh: 'x', id: 'x' };
    const company: CompanyPolicy = {
      ...hehe.company,
      sites: Object.fromEntries(sites.map((site) => [site, words])),
      teams: { export: words },
    };
    await saveEdition(pool, {
      id: 'bench',
      books: { hehe: { ...hehe, company } },
      code: '',
      manifest: { sources: {}, versions: {}, bundle: '' },
    });
    await setCurrentEdition(pool, 'bench');
    const people = directory();
    await loadDirectory(pool, [{ company, people }]);
    await standIns(pool);
    await seats(pool, open);
    const tokens: Record<string, string> = {};
    for (const { id } of people) tokens[id] = (await createToken(pool, id))?.secret ?? '';
    return tokens;
  } finally {
    await pool.end();
  }
}

async function standIns(pool: pg.Pool): Promise<void> {
  const now = Date.now();
  for (let n = 0; n < 12; n++) {
    const limits = n % 2 === 0 ? {} : { amountMinor: 5_000_000, currency: 'CNY' };
    const saved = await saveAbsence(pool, {
      person: `clerk-${n * 8 + (n % 8)}`,
      from: now - hour,
      until: now + 100 * hour,
      note: '',
      grantedBy: 'general-manager',
      standIns: [{ person: `clerk-${(n * 8 + (n % 8) + 3) % staff}`, limits }],
    });
    if ('code' in saved) throw new Error(saved.code);
  }
}

/** Open seats: most for a role at a site, some for a role anywhere, a team, or a person; every third keeps its starter out. By the function that turns apply. */
async function seats(pool: pg.Pool, open: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into content values ('subject', '{"customer": "ACME", "currency": "CNY", "lines": [{"quantity": 100, "unitPriceMinor": 30000}]}'),
      ('large', '{"customer": "Hongtai", "currency": "CNY", "lines": [{"quantity": 100, "unitPriceMinor": 90000}]}')`,
    );
    await client.query(
      `insert into kase (id, company, procedure, number, edition, subject_hash, title, status, turn, digest, seq, chain, started_by, started_at, changed_at)
      select 'hehe:order-intake:B-' || n, 'hehe', 'order-intake', 'B-' || n, 'bench', case when n % 2 = 0 then 'subject' else 'large' end, 'ACME PO-' || n, 'open', 1, '', 1, '', 'clerk-' || n % ${staff}, now(), now()
      from generate_series(1, $1::integer) n`,
      [open],
    );
    await client.query(
      `create temp table delta as
      select turned.* from generate_series(1, $3::integer) n join kase k on k.id = 'hehe:order-intake:B-' || n cross join lateral gendan_task(k, json_build_object('id', k.id || '/initial-review#1', 'key', 'initial-review', 'step', 'initial-review', 'rev', 1, 'state', 'open', 'shown', 'subject',
        'openedAt', extract(epoch from now())::bigint * 1000 - n, 'dueAt', extract(epoch from now())::bigint * 1000 + (n * 7919 % 1000003) * 600, 'overdue', n % 20 = 0,
        'seats', json_build_array(jsonb_strip_nulls(jsonb_build_object('id', '1', 'candidates', json_build_array(case
            when n % 50 = 0 then json_build_object('person', 'clerk-' || n / 50 % ${staff})
            when n % 25 = 1 then json_build_object('team', 'export')
            when n % 10 = 2 then json_build_object('role', ($1::text[])[1 + n / 10 % ${desks.length}])
            else json_build_object('role', ($1::text[])[1 + n % ${desks.length}], 'site', ($2::text[])[1 + n / 8 % ${sites.length}]) end),
          'excluded', case when n % 3 = 0 then json_build_array(k.started_by) end))))::jsonb) turned`,
      [desks, sites, open],
    );
    await client.query(
      `select gendan_count('hehe', 'bench', array_agg(d.pool), array_agg(d.one), array_agg(d.overdue)) from delta, unnest(delta.pools, delta.opened, delta.late) d(pool, one, overdue)`,
    );
    await client.query('drop table delta');
    await client.query('commit');
    await client.query('vacuum analyze');
  } finally {
    client.release();
  }
}
