import { calendarOf } from '../../db/calendars.js';
import { currentEdition } from '../../db/editions.js';
import type { Db } from '../../db/pool.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseCommands } from '../../ports/order-cases.js';
import type { Courier } from './contract.js';

/**
 * Commands that the engine itself sends to cases, taken to them as those of people are: written down first, and sent again by any process when
 * this one dies. The same key is one command of one case, whatever it would say the next time.
 */
export function createCaseCommands({ command, start }: Pick<Courier, 'command' | 'start'>, db: Db): CaseCommands {
  return {
    async send(caseId, key, body) {
      const outcome = await command(caseId, {
        id: hashOf([body.by, caseId, key]),
        actor: body.by,
        key,
        bodyHash: hashOf([caseId, key]),
        body,
      });
      return outcome.kind === 'done' ? { ok: true } : { ok: false, code: outcome.code, values: outcome.values };
    },
    async start({ company, procedure, number, subject, by }, key) {
      const [edition, calendar] = await Promise.all([currentEdition(db), calendarOf(db, company)]);
      if (edition === undefined) throw new Error('no edition is in force');
      const caseId = `${company}:${procedure}:${number}`;
      const outcome = await start({
        id: hashOf([by, caseId, key]),
        actor: by,
        key,
        bodyHash: hashOf([caseId, key]),
        body: { caseId, company, procedure, number, edition, subject, by, ...(calendar === undefined ? {} : { calendar }) },
      });
      return outcome.kind === 'done' ? { ok: true, caseId } : { ok: false, code: outcome.code, values: outcome.values };
    },
  };
}
