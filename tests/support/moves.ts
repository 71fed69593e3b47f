import { closedRun, continueRun, migrate, snapshotOf } from '../../domain/engine/snapshot.js';
import type { CaseState } from '../../domain/engine/state.js';
import type { JsonObject } from '../../domain/json.js';
import { Oracle } from './oracle.js';
import { Play, settingOf, start } from './play.js';
import { isStep, type Line, type Program, partsOf, policyOf, procedureOf, type Subject, subjectOf } from './programs.js';
import { World } from './world.js';

/** One thing that may happen to a case, told to the engine and to the oracle alike. */
export interface Happening {
  readonly name: string;
  /** How likely it is among the others. */
  readonly weight: number;
  readonly happen: () => void;
}

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A case of a program beside what the oracle expects of it. */
export class Pair {
  readonly play: Play;
  readonly oracle: Oracle;
  readonly program: Program;
  readonly world = new World();
  private subject: Subject;
  private readonly attempts: string[] = [];
  private reports = 0;
  private edition = 1;

  constructor(program: Program) {
    this.program = program;
    const subject = subjectOf(10, 10);
    this.subject = subject as unknown as Subject;
    this.play = new Play(settingOf(procedureOf(program), policyOf(program)), subject);
    this.oracle = new Oracle(program, this.subject, start);
  }

  /** Everything that may happen now. */
  happenings(): readonly Happening[] {
    const { state } = this.play;
    const running = state.status === 'open' ? [...this.amendments(), ...this.reporting()] : [];
    if (state.status === 'closed') return this.reopenings(state);
    const ending = state.status === 'closing' ? this.reopenings(state) : [];
    const work = [...this.answers(), ...this.returns(), ...this.flights(), ...this.holds(state), ...this.bounces()];
    return [...ending, ...work, ...running, ...this.always(state)];
  }

  private answers(): readonly Happening[] {
    return this.play.open.flatMap((key) => {
      const task = this.play.task(key);
      if (task.step === 'repair') return this.repairs(key.slice(0, -'!repair'.length));
      if (task.step === 'bounced') return this.seeingTo(key.slice(0, -'!bounced'.length));
      if (task.lines !== undefined) return this.lineAnswers(key, task.lines);
      if (task.covered !== undefined) return this.votes(key);
      return ['done', 'problem'].map((outcome, index) => ({
        name: `${key}: ${outcome}`,
        weight: 6 - 2 * index,
        happen: () => {
          this.play.complete(key, { outcome });
          this.oracle.answered(key, { outcome });
        },
      }));
    });
  }

  private votes(key: string): readonly Happening[] {
    return this.play.task(key).seats.flatMap(({ id, state }): readonly Happening[] => {
      if (state === 'done') return [this.takeBack(key, id)];
      const voting = ['done', 'problem'].map((outcome, index) => ({
        name: `${key} ${id}: ${outcome}`,
        weight: 5 - 3 * index,
        happen: () => {
          const refusal = this.play.refusal(() => this.play.vote(key, id, outcome));
          if ((refusal === undefined) !== this.oracle.mayVote(key, id)) throw new Error(`vote of ${id}: ${refusal?.code ?? 'taken'}`);
          if (refusal === undefined) this.oracle.voted(key, id, outcome);
        },
      }));
      return state === undefined ? voting : voting.slice(0, 1);
    });
  }

  private takeBack(key: string, seat: string): Happening {
    return {
      name: `${key} ${seat}: taken back`,
      weight: 1,
      happen: () => {
        const refusal = this.play.refusal(() =>
          this.play.act({ verb: 'withdraw', ...this.play.named(key), seat }, this.play.task(key).seats.find(({ id }) => id === seat)?.by),
        );
        if ((refusal === undefined) !== this.oracle.mayTakeBack(key, seat))
          throw new Error(`${seat} takes back: ${refusal?.code ?? 'taken'}`);
        if (refusal === undefined) this.oracle.takenBack(key, seat);
      },
    };
  }

  private lineAnswers(key: string, lines: readonly string[]): readonly Happening[] {
    return [lines, ...(lines.length > 1 ? lines.map((line) => [line]) : [])].map((some) => ({
      name: `${key}: ${some.join(' and ')}`,
      weight: 4,
      happen: () => {
        const data = Object.fromEntries(some.map((line) => [line, { by: line }]));
        this.play.lines(key, data);
        this.oracle.lines(key, data);
      },
    }));
  }

  private repairs(effect: string): readonly Happening[] {
    return (['retry', 'done-by-hand'] as const).map((outcome) => ({
      name: `repair ${effect}: ${outcome}`,
      weight: 4,
      happen: () => {
        const data = { outcome, note: 'by hand' };
        if (outcome === 'done-by-hand') this.world.byHand(this.play.state, effect);
        this.play.complete(`${effect}!repair`, data);
        this.oracle.repaired(effect, outcome, data);
      },
    }));
  }

  private seeingTo(effect: string): readonly Happening[] {
    return (['send-again', 'settled'] as const).map((outcome) => ({
      name: `${effect} came back: ${outcome}`,
      weight: 4,
      happen: () => {
        this.play.complete(`${effect}!bounced`, { outcome, email: 'new@example.com' });
        this.oracle.seenTo(effect, outcome);
      },
    }));
  }

  /** Any mail that was ever sent may come back, also one that another has followed since. */
  private bounces(): readonly Happening[] {
    const sent = [...this.world.carriedOut.keys()].filter((attempt) => /^[^/]+\/(.*\/)?mail/.test(attempt));
    return sent.map((attempt) => ({
      name: `${attempt} comes back`,
      weight: 0.5,
      happen: () => {
        this.play.act({ verb: 'bounced', attempt, to: 'old@example.com', reason: 'no such mailbox' });
        this.oracle.cameBack(this.attempts.indexOf(attempt) + 1);
      },
    }));
  }

  private returns(): readonly Happening[] {
    const steps = partsOf(this.program).flatMap((part) => (isStep(part) ? [part.step] : []));
    const from = this.play.open.filter((key) => !['repair', 'bounced'].includes(this.play.task(key).step));
    return from.flatMap((key) =>
      steps.flatMap((to) =>
        (['keep', 'all'] as const).map((redo, index) => ({
          name: `${key} back to ${to}, ${redo}`,
          weight: this.oracle.canReturn(to) ? 2 - index : 0.1,
          happen: () => {
            const seat =
              this.play.task(key).covered === undefined ? undefined : this.play.task(key).seats.find(({ state }) => state === undefined);
            const on = { ...this.play.named(key), ...(seat === undefined ? {} : { seat: seat.id }) };
            const refusal = this.play.refusal(() => this.play.act({ verb: 'return', ...on, to, reason: 'wrong', redo }));
            if ((refusal === undefined) !== this.oracle.canReturn(to)) throw new Error(`return to ${to}: ${refusal?.code ?? 'taken'}`);
            if (refusal === undefined) this.oracle.returned(to, redo === 'all');
          },
        })),
      ),
    );
  }

  /** A case that is closed is found by another run, of its edition or the next, some time later. */
  private reopenings({ status }: CaseState): readonly Happening[] {
    const steps = partsOf(this.program).flatMap((part) => (isStep(part) ? [part.step] : []));
    return [undefined, ...steps].flatMap((to) =>
      (['keep', 'all'] as const).map((redo, index) => ({
        name: `reopen ${to ?? 'where it stood'}, ${redo}`,
        weight: status === 'closed' ? 2 - index : 0.2,
        happen: () => {
          if (status === 'closed') this.sleep(index);
          const expected = this.oracle.reopening(to, redo === 'all');
          const body = { verb: 'reopen', reason: 'again', redo, ...(to === undefined ? {} : { to }) } as const;
          const refusal = this.play.refusal(() => this.play.act(body));
          const found = { REOPEN_TARGET_UNKNOWN: 'unknown', REOPEN_IN_VAIN: 'in vain' }[refusal?.code ?? ''] ?? refusal?.code ?? 'done';
          if (found !== expected) throw new Error(`reopening at ${to ?? 'nothing'}: ${found}, expected: ${expected}`);
          if (refusal === undefined) this.oracle.reopened(to, redo === 'all');
        },
      })),
    );
  }

  private sleep(hours: number): void {
    this.play.now += hours * 3_600_000;
    this.oracle.slept(this.play.now);
    this.edition += hours;
    this.play.state = closedRun(this.play.setting, copyOf(snapshotOf(this.play.state)), `e${this.edition}`);
  }

  private flights(): readonly Happening[] {
    return Object.values(this.play.state.effects).flatMap(({ key, flight }): readonly Happening[] => {
      if (flight === undefined) return [];
      const n = this.numberOf(flight.idempotencyKey);
      const done: Happening = {
        name: `${key} ${flight.action}: done`,
        weight: 6,
        happen: () => {
          const result = this.world.carryOut(this.play.state, key);
          this.play.done(key, result);
          this.oracle.landed(key, { ok: true, result }, n);
        },
      };
      const failed: Happening = {
        name: `${key} ${flight.action}: failed`,
        weight: 2,
        happen: () => {
          this.play.failed(key);
          this.oracle.landed(key, { ok: false }, n);
        },
      };
      const unknown = [true, false].map((carriedOut) => ({
        name: `${key} ${flight.action}: unknown, ${carriedOut ? 'but' : 'not'} carried out`,
        weight: 2,
        happen: () => {
          if (carriedOut) this.world.carryOut(this.play.state, key);
          this.play.unknown(key);
          this.oracle.landed(key, { ok: 'unknown' }, n);
        },
      }));
      const lost = [true, false].map((carriedOut) => ({
        name: `${key} ${flight.action}: given up, ${carriedOut ? 'but' : 'not'} carried out`,
        weight: 1,
        happen: () => {
          if (carriedOut) this.world.carryOut(this.play.state, key);
          this.play.lost(key);
          this.oracle.landed(key, { ok: false, unknown: true }, n);
        },
      }));
      const retried: Happening = {
        name: `${key} ${flight.action}: carried out, the answer lost`,
        weight: 1,
        happen: () => this.world.carryOut(this.play.state, key),
      };
      const ends = this.world.carriedOut.has(flight.idempotencyKey) ? [done] : [done, failed];
      return flight.cancelled ? [...ends, ...lost, ...unknown] : [...ends, ...lost, retried];
    });
  }

  /** Attempts by the order in which they were seen, from 1. */
  private numberOf(attempt: string): number {
    if (!this.attempts.includes(attempt)) this.attempts.push(attempt);
    return this.attempts.indexOf(attempt) + 1;
  }

  /** Holds of an open task or of the case, with and without an end of their own, and their ends. */
  private holds(state: CaseState): readonly Happening[] {
    if (state.status === 'closed') return [];
    const of = (key: string | undefined): object =>
      key === undefined ? {} : { task: this.play.task(key).id, rev: this.play.task(key).rev };
    const about = (key: string | undefined, held: boolean): readonly Happening[] => {
      const name = key ?? 'case';
      const end: Happening = {
        name: `resume ${name}`,
        weight: 3,
        happen: () => {
          this.play.act({ verb: 'resume', ...of(key) });
          this.oracle.resumed(key);
        },
      };
      const begin = [undefined, 1.25].map((hours) => ({
        name: `hold ${name}${hours === undefined ? '' : ` for ${hours} h`}`,
        weight: 0.6,
        happen: () => {
          const until = hours === undefined ? undefined : this.play.now + hours * 3_600_000;
          this.play.act({ verb: 'hold', cause: 'customer', ...(until === undefined ? {} : { until }), ...of(key) });
          this.oracle.held(key, until);
        },
      }));
      return held ? [end] : begin;
    };
    return [
      ...(state.outcome === undefined ? about(undefined, state.held !== undefined) : []),
      ...this.play.open.flatMap((key) => about(key, this.play.task(key).rests?.some((rest) => rest.of === 'task') === true)),
    ];
  }

  private amendments(): readonly Happening[] {
    const { x, y, lines } = this.subject;
    const other = (value: number): number => (value === 10 ? 11 : 10);
    const change = (name: string, patch: JsonObject, subject: Subject, weight = 3): Happening => ({
      name,
      weight,
      happen: () => {
        this.subject = subject;
        this.play.amend(patch);
        this.oracle.amended(subject);
      },
    });
    const [line] = lines;
    const changed = (id: string, next: Line | undefined): readonly Line[] => lines.flatMap((one) => (one.id === id ? (next ?? []) : [one]));
    const hasSecond = lines.some(({ id }) => id === 'l2');
    return [
      change(`x is ${other(x)}`, { x: other(x) }, { ...this.subject, x: other(x) }, 5),
      change(`y is ${other(y)}`, { y: other(y) }, { ...this.subject, y: other(y) }),
      ...(line === undefined
        ? []
        : [
            change(
              `q of ${line.id} is ${other(line.q)}`,
              { lines: { [line.id]: { q: other(line.q) } } },
              { ...this.subject, lines: changed(line.id, { ...line, q: other(line.q) }) },
            ),
          ]),
      hasSecond
        ? change('l2 goes', { lines: { l2: null } }, { ...this.subject, lines: changed('l2', undefined) }, 1)
        : change('l2 comes', { lines: { l2: { q: 10 } } }, { ...this.subject, lines: [...lines, { id: 'l2', q: 10 }] }, 1),
      ...(lines.length > 0 && !hasSecond ? [change('no lines', { lines: { l1: null } }, { ...this.subject, lines: [] }, 0.5)] : []),
    ];
  }

  private reporting(): readonly Happening[] {
    const events = partsOf(this.program).flatMap((part) => (part.is === 'wait' ? [part.event] : []));
    return events.map((event) => ({
      name: `report ${event}`,
      weight: 2,
      happen: () => {
        const data = { n: ++this.reports };
        this.play.report(event, `r${data.n}`, data);
        this.oracle.reported(event, data);
      },
    }));
  }

  private always(state: CaseState): readonly Happening[] {
    const late = [0.5, 2].map((hours) => ({
      name: `${hours} h pass`,
      weight: Object.values(state.tasks).some(({ dueAt, rests }) => dueAt !== undefined || rests !== undefined) ? 3 : 0.5,
      happen: () => {
        this.play.now += hours * 3_600_000;
        this.play.pass(0);
        this.oracle.struck(this.play.now);
      },
    }));
    const cancel: Happening = {
      name: 'cancel',
      weight: 0.15,
      happen: () => {
        this.play.cancel();
        this.oracle.cancelled('customer');
      },
    };
    const move: Happening = {
      name: 'move',
      weight: 0.7,
      happen: () => {
        this.play.took(migrate(this.play.setting, copyOf(snapshotOf(this.play.state)), `e${++this.edition}`, this.play.now));
        this.oracle.moved();
      },
    };
    const carry: Happening = {
      name: 'carry on',
      weight: 0.7,
      happen: () => {
        this.play.state = continueRun(this.play.setting, copyOf(snapshotOf(this.play.state)));
      },
    };
    const flying = Object.values(state.effects).some(({ flight }) => flight !== undefined);
    if (state.status === 'closed') return [];
    return [...late, move, ...(flying ? [] : [carry]), ...(state.outcome === undefined ? [cancel] : [])];
  }
}
