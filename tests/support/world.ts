import type { CaseState, EffectState, Uncertain } from '../../domain/engine/state.js';
import type { Json } from '../../domain/json.js';
import { text } from './oracle.js';

interface Standing {
  readonly input: Json;
  readonly result: Json;
}

/**
 * The outside as effects find it: systems that carry out one attempt per idempotency key, can be asked for an earlier one, and remember
 * what stands. Refuses what a worker must never do: do twice, or revise or undo something else than what stands.
 */
export class World {
  readonly standing = new Map<string, Standing>();
  /** What was carried out, by idempotency key. */
  readonly carriedOut = new Map<string, Standing>();
  private results = 0;

  /** Does what the activity of an effect does with the flight under way. */
  carryOut(state: CaseState, key: string): Json {
    const effect = state.effects[key];
    const flight = effect?.flight;
    if (effect === undefined || flight === undefined) throw new Error(`nothing flies for ${key}`);
    const result = { n: ++this.results };
    if (effect.reading) return result;
    const earlier = this.carriedOut.get(flight.idempotencyKey);
    if (earlier !== undefined) return earlier.result;
    const believed = this.believed(effect, flight.idempotencyKey);
    if (text(believed?.input) !== text(this.standing.get(key)?.input))
      throw new Error(`${key}: ${text(believed?.input)} was believed to stand, ${text(this.standing.get(key)?.input)} does`);
    if (flight.action === 'undo') this.standing.delete(key);
    else this.standing.set(key, { input: flight.input, result });
    this.carriedOut.set(flight.idempotencyKey, { input: flight.input, result });
    return result;
  }

  /** A person does what the effect should have done. */
  byHand(state: CaseState, key: string): void {
    const failed = state.effects[key]?.failed;
    if (failed === undefined) return;
    if (failed.action === 'undo') this.standing.delete(key);
    else this.standing.set(key, { input: failed.input, result: null });
  }

  /** Where nothing is under way or of unknown outcome, what stands outside is what the case says. */
  disagreements(state: CaseState): readonly string[] {
    return Object.values(state.effects).flatMap(({ key, reading, flight, failed, uncertain, done }) => {
      if (reading || flight !== undefined || failed !== undefined || uncertain.length > 0) return [];
      const stands = text(this.standing.get(key)?.input);
      return stands === text(done?.input) ? [] : [`${key}: the case says ${text(done?.input)}, outside stands ${stands}`];
    });
  }

  private believed({ uncertain, done }: EffectState, own: string): Standing | undefined {
    const isThere = ({ idempotencyKey }: Uncertain): boolean => idempotencyKey !== own && this.carriedOut.has(idempotencyKey);
    const last = uncertain.findLast(isThere);
    if (last === undefined) return done;
    return last.action === 'undo' ? undefined : this.carriedOut.get(last.idempotencyKey);
  }
}
