import { setTimeout as sleep } from 'node:timers/promises';
import { type Cell, type Moment, moments, type RoundPlan, verbs } from './cells.js';
import type { Child } from './child.js';
import type { Step } from './holds.js';
import { checkCase, checkCounters, checkNotAhead } from './invariants.js';
import { atRest, followUpOn, manage } from './manager.js';
import { insist, inWords, lanes, until } from './patience.js';
import { judge, prepare, prepareCrowd, prepareFlight, type Trial } from './trial.js';
import type { World } from './world.js';

/** What a round found: per trial what is wrong, and what is wrong with all. */
export interface RoundResult {
  readonly trials: readonly { readonly trial: Trial; readonly wrong: readonly string[] }[];
  readonly wrong: readonly string[];
  readonly phases: Readonly<Record<string, number>>;
}

/** One kill: prepares the cases, holds their commands, kills, recovers, follows up, sends again, checks. */
export class Round {
  private readonly world: World;
  private readonly plan: RoundPlan;
  private readonly random: () => number;
  private trials: readonly Trial[] = [];
  private cases: readonly string[] = [];
  private readonly wrong = new Map<string, string[]>();
  private readonly phases: Record<string, number> = {};
  private readonly sendings: Promise<unknown>[] = [];
  private sleeper: Child | undefined;

  constructor(world: World, plan: RoundPlan, random: () => number) {
    this.world = world;
    this.plan = plan;
    this.random = random;
  }

  async run(): Promise<RoundResult> {
    await this.timed('prepare', () => this.prepare());
    await this.timed('hold', () => this.hold());
    await this.timed('kill', () => this.kill());
    await this.timed('recover', () => this.recover());
    await this.timed('compare', () => this.each((caseId) => checkNotAhead(this.world, caseId)));
    const stalled = this.plan.target === 'stalled';
    if (stalled) await this.timed('send again', () => this.sendAgain());
    await this.timed('follow up', () => this.followUp());
    await (stalled ? this.timed('wake', () => this.wake()) : this.timed('send again', () => this.sendAgain()));
    await this.timed('settle', () => this.settle());
    await this.timed('check', () => this.check());
    await this.timed('close', () => this.closeAll());
    const counters = await checkCounters(this.world);
    return {
      trials: this.trials.map((trial) => ({ trial, wrong: this.wrong.get(trial.caseId) ?? [] })),
      wrong: counters,
      phases: this.phases,
    };
  }

  /** The dispatcher that commands are sent through when the fault comes; the other one does everything else. */
  private get victim(): Child {
    return this.world.dispatchers[0]!;
  }
  private get other(): Child {
    return this.world.dispatchers[1]!;
  }

  private async prepare(): Promise<void> {
    // Twice as many at random: some end before the kill, and then do not count.
    const cells: Cell[] = Array.from({ length: this.plan.abreast }, () => [...moments, 'random' as const])
      .flat()
      .flatMap((moment) => verbs.map((verb) => ({ ...this.plan, moment, verb })));
    const trials: Trial[] = [];
    const queue = cells.map((cell, index) => [cell, this.plan.n * 1_000 + index] as const);
    await lanes(8, queue, async ([cell, n]) => {
      trials.push(await (cell.moment === 'effect' ? prepareFlight : prepare)(this.world, this.other, cell, n));
    });
    const crowd: Cell = { ...this.plan, moment: 'random', verb: 'answer' };
    trials.push(...(await prepareCrowd(this.world, this.other, crowd, this.plan.n * 1_000 + 900)));
    this.trials = trials;
    this.cases = [...new Set(trials.map(({ caseId }) => caseId))];
  }

  /** Gives all commands, the aimed ones first, until each is held where it should be; the last ones are under way when the kill comes. */
  private async hold(): Promise<void> {
    const { victim } = this;
    const at = (fits: (moment: Moment) => boolean): readonly Trial[] => this.trials.filter(({ cell }) => fits(cell.moment));
    const random = at((moment) => moment === 'random');
    victim.on('held', (value) => {
      const { caseId } = value as { caseId: string; step: Step };
      for (const trial of this.trials) if (trial.caseId === caseId) trial.hit = true;
    });
    await victim.call(
      'arm',
      Object.fromEntries(this.trials.flatMap(({ caseId, cell }) => (isStep(cell.moment) ? [[caseId, cell.moment]] : []))),
    );
    for (const trials of [at((moment) => isStep(moment) && moment !== 'sent'), at((moment) => moment === 'sent')]) {
      for (const trial of trials) this.sendings.push(trial.send(victim));
      await reached(trials);
    }
    await Promise.all(at((moment) => moment === 'effect').map((trial) => this.fly(trial)));
    for (const trial of random) {
      this.sendings.push(trial.send(victim));
      await sleep(this.random() * 2);
    }
    await sleep(this.random() * 15);
    for (const trial of random) trial.hit = trial.endings.length === 0;
  }

  /** An effect is under way, and its command too if it is another's. */
  private async fly(trial: Trial): Promise<void> {
    await trial.launch?.();
    const sending = trial.send(this.victim);
    this.sendings.push(sending);
    if (trial.launch === undefined) await sending;
    trial.hit = true;
  }

  private async kill(): Promise<void> {
    const { world, victim } = this;
    const { target } = this.plan;
    const all = target === 'all';
    const dispatchers = all ? [...world.dispatchers] : target === 'api' ? [victim] : [];
    if (target === 'stalled') {
      this.sleeper = victim;
      world.dispatchers[0] = world.newDispatcher();
      return this.forgetClaims();
    }
    await Promise.all([
      ...dispatchers.map((dispatcher) => dispatcher.kill()),
      ...(all || target === 'worker' ? world.workers.map((worker) => worker.kill()) : []),
      ...(all || target === 'temporal' ? [world.rig.kill('temporal')] : []),
      ...(all || target === 'postgres' ? [world.rig.kill('postgres')] : []),
    ]);
    if (dispatchers.length > 0) return;
    await victim.call('release');
    // What goes on meanwhile meets the missing process for a while.
    await sleep(this.random() * 600);
  }

  private async recover(): Promise<void> {
    const { world } = this;
    await Promise.all([world.rig.start('postgres'), world.rig.start('temporal')]);
    for (const [index, dispatcher] of world.dispatchers.entries()) {
      if (dispatcher.alive) continue;
      world.dispatchers[index] = world.newDispatcher();
      await this.forgetClaims();
    }
    const moving = this.plan.followUp.startsWith('move');
    const dead = world.workers.some((worker) => !worker.alive);
    if (moving) await world.release(world.next);
    else if (dead || this.plan.followUp === 'restart') await world.release(world.edition);
  }

  /** Whoever sent is dead or taken for dead: the claims have only to run out, which is waited for in every seventh round. */
  private async forgetClaims(): Promise<void> {
    if (this.plan.n % 7 === 0) return;
    await this.world.pool.query("update command set sent_until = now() where status = 'pending' and case_id = any($1)", [this.cases]);
  }

  private async followUp(): Promise<void> {
    await lanes(8, this.cases, async (caseId) => {
      for (const what of await followUpOn(this.world, this.other, caseId, this.plan.followUp)) this.note(caseId, what);
    });
  }

  /** Half of the commands are sent again by their callers, all are left to the processes that reconcile. */
  private async sendAgain(): Promise<void> {
    const { dispatchers } = this.world;
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.call('reconcile')));
    for (const trial of this.trials) {
      const dispatcher = dispatchers[Math.floor(this.random() * 4)];
      if (dispatcher !== undefined) this.sendings.push(trial.send(dispatcher));
    }
    if (this.sleeper === undefined) await Promise.all(this.sendings);
    else await this.settle();
  }

  /** The process that was taken for dead goes on where it stood. */
  private async wake(): Promise<void> {
    await this.sleeper?.call('release');
    await Promise.all(this.sendings);
    await this.sleeper?.kill();
  }

  private async settle(cases = this.cases): Promise<void> {
    await atRest(this.world, cases).catch((thrown: unknown) => {
      for (const caseId of cases) this.note(caseId, `in round ${this.plan.n}: ${String(thrown)}`);
    });
  }

  private async check(): Promise<void> {
    await Promise.all(this.world.dispatchers.map((dispatcher) => dispatcher.call('rest')));
    await this.each((caseId) => this.settledCase(caseId));
    for (const trial of this.trials) for (const what of await judge(this.world.pool, trial)) this.note(trial.caseId, what);
  }

  /** The last acknowledgement may still be on its way: what is wrong once is asked again. */
  private async settledCase(caseId: string): Promise<readonly string[]> {
    let wrong = await insist(() => checkCase(this.world, caseId));
    for (let again = 0; wrong.length > 0 && again < 8; again++) {
      await sleep(250);
      wrong = await insist(() => checkCase(this.world, caseId));
    }
    return wrong;
  }

  /** Every case that is still open takes a command, and ends. */
  private async closeAll(): Promise<void> {
    const { rows } = await this.world.pool.query<{ id: string }>("select id from kase where status <> 'closed' and id = any($1)", [
      this.trials.map(({ caseId }) => caseId),
    ]);
    const open = rows.map(({ id }) => id);
    await Promise.all(this.world.dispatchers.map((dispatcher) => dispatcher.call('reconcile')));
    await lanes(8, open, async (caseId) => {
      for (const what of await manage(this.world, this.other, caseId, 'cancel')) this.note(caseId, what);
    });
    await this.settle(open);
    await Promise.all(this.world.dispatchers.map((dispatcher) => dispatcher.call('rest')));
    await lanes(8, open, async (caseId) => {
      for (const what of await this.settledCase(caseId).catch((thrown: unknown) => [inWords(thrown)]))
        this.note(caseId, `after its end: ${what}`);
    });
  }

  private async each(look: (caseId: string) => Promise<readonly string[]>): Promise<void> {
    await lanes(6, this.cases, async (caseId) => {
      for (const what of await insist(() => look(caseId)).catch((thrown: unknown) => [inWords(thrown)])) this.note(caseId, what);
    });
  }

  private note(caseId: string, what: string): void {
    const list = this.wrong.get(caseId) ?? [];
    this.wrong.set(caseId, list);
    if (!list.includes(what)) list.push(what);
  }

  private async timed(phase: string, work: () => Promise<void>): Promise<void> {
    const since = Date.now();
    await work();
    this.phases[phase] = Date.now() - since;
  }
}

const isStep = (moment: Moment): moment is Step => moment !== 'random' && moment !== 'effect';

async function reached(trials: readonly Trial[]): Promise<void> {
  await until('held', 10_000, () => (trials.every(({ hit }) => hit) ? true : undefined)).catch(() => undefined);
}
