import * as z from 'zod';
import type { Json, JsonObject } from '../../domain/json.js';
import type { CaseCommands } from '../../ports/order-cases.js';
import { type EffectPort, PermanentFailure } from '../../ports/outside.js';

const input = z.strictObject({ procedure: z.string().min(1), by: z.string().min(1), subject: z.record(z.string(), z.json()) });

/**
 * The effect `start-case { procedure, by, subject }`: a case of another procedure of the same company begins under the number of this one, in the
 * name of who decided it. → `{ case }`. Once: the same case is found again. Undone, the other case stays: it is ended where it is.
 * Permanent failures: INPUT_INVALID, CASE_NOT_STARTED (with the code of the refusal).
 */
export function createStartCase(commands: CaseCommands): EffectPort {
  const start = async (json: Json, caseId: string): Promise<Json> => {
    const read = input.safeParse(json);
    if (!read.success) throw new PermanentFailure('INPUT_INVALID', 'start-case');
    const [company = '', , ...rest] = caseId.split(':');
    const { procedure, by, subject } = read.data;
    const number = rest.join(':');
    // Not the key of the attempt: whatever becomes of attempts, one case starts one other.
    const key = `${caseId}/start-case/${procedure}`;
    const started = await commands.start({ company, procedure, number, subject: subject as JsonObject, by }, key);
    if (!started.ok) throw new PermanentFailure('CASE_NOT_STARTED', `${procedure} ${number}: ${started.code}`);
    return { case: started.caseId };
  };
  return {
    find: async () => undefined,
    do: (json, { caseId }) => start(json, caseId),
    revise: async (standing) => standing.result,
    undo: async () => undefined,
  };
}
