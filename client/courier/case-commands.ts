import { hashOf } from '../../domain/case/canon.js';
import type { CaseCommands } from '../../ports/order-cases.js';
import type { Courier } from './contract.js';

/**
 * Commands that the engine itself sends to cases, taken to them as those of people are: written down first, and sent again by any process when
 * this one dies. The same key is one command of one case, whatever it would say the next time.
 */
export function createCaseCommands({ command }: Pick<Courier, 'command'>): CaseCommands {
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
  };
}
