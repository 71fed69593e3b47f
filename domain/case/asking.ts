import type { StepPolicy } from '../policy/policy.js';
import { type Ballot, ballotOf, changesOf, isVoted, partOf, planOf, seatRow } from './ballots.js';
import { freeze } from './canon.js';
import { applies } from './conditions.js';
import type { Answer, Counted, Reviewed, Shown, StageAnswer } from './desk.js';
import { Desktop } from './desktop.js';
import type { Fact } from './facts.js';
import { type Json, textOf } from './json.js';
import { refOf, sameRefs } from './live.js';
import type { Ask } from './registers.js';
import { type Decision, seatsAfter } from './seats.js';

/** What a desk says of people's answers: of one, of lines, of several seats, of a chain of steps. */
export abstract class Asking extends Desktop {
  ask(step: string, { shows, from }: Shown & Counted): Answer<never> {
    const key = this.key(step);
    if (this.rules.steps[step] === undefined) this.fault('NAME_UNKNOWN', `step ${step}`);
    const ask = this.asked(key, step, { shows, from });
    return this.voted(key, step) ? this.vote(ask) : this.single(ask);
  }

  /** One answer to what is asked of one seat. */
  private single(ask: Ask): Answer<never> {
    const { key, shown } = ask;
    const fact = this.live.answers.get(key);
    this.dropVotes(key);
    if (fact !== undefined) {
      const ref = refOf(fact);
      if (fact.shown === shown && sameRefs(fact.after, this.head)) {
        this.carry(key, [ref]);
        return answerOf(fact);
      }
      this.voids.push(ref);
    }
    this.at.asks.set(key, { ...ask, ...this.seatsAsked(key, ask.step) });
    return this.end();
  }

  /** The answer that the votes of several seats come to. */
  private vote(ask: Ask): Answer<never> {
    const { key, shown } = ask;
    const ballot = ballotOf(this.rules.steps[ask.step] as StepPolicy, ask, this.live);
    this.voids.push(...ballot.voids);
    const refs = ballot.votes.map((vote) => refOf(vote));
    const alone = this.live.answers.get(key);
    if (alone?.kind === 'lapsed' && alone.shown === shown && sameRefs(alone.after, this.head)) {
      this.carry(key, [refOf(alone), ...refs]);
      return answerOf(alone);
    }
    if (alone !== undefined) this.voids.push(refOf(alone));
    if (ballot.decision !== undefined) {
      this.at.decided.set(key, ballot);
      this.carry(key, refs);
      return answerOfVotes(ballot, ballot.decision);
    }
    this.at.asks.set(key, { ...ask, ballot, ...this.exclusions(ask.step) });
    return this.end();
  }

  private voted(key: string, step: string): boolean {
    const policy = this.rules.steps[step];
    return policy !== undefined && isVoted(policy, changesOf(this.live, key));
  }

  /** Votes from when the step had several seats. */
  private dropVotes(key: string): void {
    for (const vote of this.live.votes.get(key)?.values() ?? []) this.voids.push(refOf(vote));
  }

  /** The seat of a step that has one, where people have changed it. */
  protected seatsAsked(key: string, step: string): Pick<Ask, 'seats' | 'excluded'> {
    const changes = changesOf(this.live, key);
    const policy = this.rules.steps[step];
    const seats = changes.length === 0 || policy === undefined ? {} : { seats: seatsAfter(planOf(policy, null), changes, []).map(seatRow) };
    return { ...seats, ...this.exclusions(step) };
  }

  /** Who has answered a step that this one may not share its people with. */
  private exclusions(step: string): Pick<Ask, 'excluded'> {
    const others = this.rules.steps[step]?.differentFrom ?? [];
    if (others.length === 0) return {};
    const keys = [...this.at.carried.keys()].filter((key) => others.includes(key.slice(key.lastIndexOf('/') + 1)));
    const facts = keys.flatMap((key) => [
      this.live.answers.get(key),
      ...(this.live.votes.get(key)?.values() ?? []),
      ...[...(this.live.parts.get(key)?.values() ?? [])].map((part) => part.fact),
    ]);
    const people = facts.flatMap((fact) => (fact?.kind === 'answered' ? [fact.by, fact.actingFor] : []));
    const excluded = [...new Set(people.filter((person) => person !== undefined))].sort();
    return excluded.length === 0 ? {} : { excluded };
  }

  protected asked(key: string, step: string, { shows, from }: { readonly shows: unknown; readonly from?: number | undefined }): Ask {
    const content = (shows ?? null) as Json;
    const since = from === undefined ? {} : { from };
    const previous = this.last === undefined ? {} : { previous: this.last };
    return { key, step, shows: content, shown: this.hashOf(key, content), after: this.head, ...since, ...previous };
  }

  /** A chain of steps that must all agree, as the policy has it. */
  review(name: string, { shows }: Shown): Reviewed {
    const key = this.key(name);
    const plan = this.rules.reviews?.[name] ?? this.fault('NAME_UNKNOWN', `review ${name}`);
    const { prefix } = this;
    this.prefix = `${key}/`;
    const content = (shows ?? null) as Json;
    const answers: StageAnswer[] = [];
    let before: Approved | undefined;
    for (const { step, when, covers } of plan.stages) {
      const at = this.prefix + step;
      if (!applies(when, content)) this.passBy(at);
      else if (plan.sameApprover !== 'skip' || !saw(before, covers) || !this.passOver(at, step, before?.key)) {
        const answer: StageAnswer = this.ask(step, { shows: partOf(content, covers) });
        answers.push(answer);
        if (this.rules.steps[step]?.outcomes[answer.outcome]?.rejects === true) {
          this.prefix = prefix;
          this.at.left.push({ prefix: `${key}/` });
          return { outcome: 'rejected', step, answer, answers };
        }
        before = { key: at, covers };
      }
    }
    this.prefix = prefix;
    this.at.left.push({ prefix: `${key}/` });
    return { outcome: 'approved', answers };
  }

  /** A stage that does not apply to what is shown: what was answered there before does not come back. */
  private passBy(key: string): void {
    const answer = this.live.answers.get(key);
    if (answer !== undefined) this.voids.push(refOf(answer));
    this.dropVotes(key);
    this.carry(key, [], false);
  }

  /** Whether who approved the stage before could fill the only seat of this one, and so is not asked again. */
  private passOver(key: string, step: string, before: string | undefined): boolean {
    const approval = before === undefined ? undefined : this.live.answers.get(before);
    const policy = this.rules.steps[step];
    if (approval?.kind !== 'answered' || approval.actingFor !== undefined || policy === undefined) return false;
    if (this.live.answers.has(key) || this.voted(key, step) || changesOf(this.live, key).length > 0) return false;
    if (!(policy.roles ?? []).some((role) => approval.roles?.includes(role))) return false;
    if (this.exclusions(step).excluded?.includes(approval.by)) return false;
    this.at.passed.set(key, { step, on: refOf(approval), by: approval.by });
    this.carry(key, [], false);
    return true;
  }
}

/** A stage that was approved, and what was shown there: all where nothing is named. */
interface Approved {
  readonly key: string;
  readonly covers: readonly string[] | undefined;
}

/** Whether an approver was shown all that a later stage covers: nobody has approved what they did not see. */
const saw = (before: Approved | undefined, covers: readonly string[] | undefined): boolean =>
  before?.covers === undefined || covers?.every((name) => before.covers?.includes(name)) === true;

type Alone = Extract<Fact, { kind: 'answered' | 'lapsed' }>;

function answerOf(fact: Alone): Answer<never> {
  const data = fact.kind === 'answered' ? fact.data : {};
  const outcome = fact.kind === 'answered' ? (data['outcome'] ?? 'done') : 'overdue';
  return { ref: refOf(fact), outcome, data, by: fact.by, at: fact.at, overdue: fact.kind === 'lapsed' } as unknown as Answer<never>;
}

/** The answer of a step of several seats: outcome by the rule of its mode, data of the vote that decided it. */
function answerOfVotes({ votes }: Ballot, { outcome, by }: Decision): Answer<never> {
  const deciding = votes.find(({ n }) => n === by.n);
  return freeze({
    ref: String(by.n),
    outcome,
    data: { ...deciding?.data, outcome },
    by: by.by,
    at: by.at,
    overdue: false,
    votes: votes.map(({ seat = '', data, by: person, at, reason }) => ({
      seat,
      outcome: textOf(data['outcome']),
      data,
      by: person,
      at,
      ...(reason === undefined ? {} : { reason }),
    })),
  }) as unknown as Answer<never>;
}
