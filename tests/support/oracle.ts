import type { EffectAction } from '../../domain/engine/facts.js';
import type { Json } from '../../domain/json.js';
import {
  cannotBeUndone,
  type Field,
  lapses,
  type Part,
  type Program,
  type Signing,
  type Subject,
  stepAlarms,
  undoneOnReturn,
} from './programs.js';
import { type Stop, Stopwatch } from './stopwatch.js';

/**
 * What a case of a program must look like, found another way than the engine does: a tree walked by hand that returns what is open, over
 * marks that are kept for ever and a list of those that were superseded. Shares no code with the engine; told only what people and systems did.
 */
export class Oracle {
  readonly tasks = new Map<string, Task>();
  readonly effects = new Map<string, Effect>();
  outcome: { readonly value: Json } | undefined;
  /** Ids of all tasks that were ever closed. */
  readonly closed = new Set<string>();
  private readonly marks: Mark[] = [];
  private readonly choices: Choice[] = [];
  private readonly superseded = new Set<number>();
  private readonly reports: { readonly event: string; readonly data: Json; used: boolean }[] = [];
  private waiting = new Map<string, number>();
  private seen: Seen = nothing();
  private readonly returnedMail = new Set<number>();
  private readonly counts = new Map<string, number>();
  private ids = 0;
  private turn = 0;
  private news = false;
  /** Tasks that the end of the case closed. */
  private readonly aside = new Map<string, Task>();
  /** Of the turn in which the case ends: steps of seats that had decided by then. */
  private ending: ReadonlySet<string> | undefined;
  private wasCancelled = false;
  private readonly program: Program;
  private subject: Subject;
  now: number;

  constructor(program: Program, subject: Subject, now: number) {
    this.program = program;
    this.subject = subject;
    this.now = now;
    this.settle();
  }

  get status(): 'open' | 'closing' | 'closed' {
    if (this.outcome === undefined) return 'open';
    const busy = [...this.effects.values()].some(({ flight, failed, bounced }) => flight !== undefined || failed !== undefined || bounced);
    return busy ? 'closing' : 'closed';
  }

  answered(key: string, data: Json): void {
    const task = this.closeTask(key);
    const { shown, chain } = task;
    this.marks.push({ id: ++this.ids, key, shown, chain, data });
    this.settle();
  }

  lines(key: string, lines: Readonly<Record<string, Json>>): void {
    const task = this.tasks.get(key);
    if (task?.lines === undefined) throw new Error(`no lines in ${key}`);
    for (const [line, data] of Object.entries(lines)) {
      this.marks.push({ id: ++this.ids, key, line, shown: task.lines.get(line) ?? 'none', chain: task.chain, data });
      task.lines.delete(line);
    }
    if (task.lines.size === 0) this.closeTask(key);
    this.settle();
  }

  voted(key: string, seat: string, outcome: string): void {
    const task = this.tasks.get(key);
    if (task?.signing === undefined) throw new Error(`no seats in ${key}`);
    this.marks.push({ id: ++this.ids, key, seat, shown: this.covered(seat), chain: task.chain, data: { outcome } });
    this.settle();
    if (!this.tasks.has(key)) this.closed.add(task.id);
  }

  /** Seats of a task, each with whether it is open, waits, or is filled. */
  seatsOf(key: string): string | null {
    const task = this.tasks.get(key);
    if (task?.signing === undefined) return null;
    const filled = (seat: string): boolean => this.marks.some((mark) => mark.key === key && mark.seat === seat && this.alive(mark.id));
    const first = seats.find((seat) => !filled(seat));
    return seats
      .map((seat) => `${seat} ${filled(seat) ? 'done' : task.signing === 'sequence' && seat !== first ? 'waiting' : 'open'}`)
      .join(', ');
  }

  mayVote(key: string, seat: string): boolean {
    return this.seatsOf(key)?.includes(`${seat} open`) === true;
  }

  /** A vote may be taken back while its step is open, and in a row only while the next has not voted. */
  mayTakeBack(key: string, seat: string): boolean {
    if (this.tasks.get(key)?.signing !== 'sequence') return true;
    const own = this.mark(key, undefined, seat)?.id ?? 0;
    return seats.slice(seats.indexOf(seat) + 1).every((next) => (this.mark(key, undefined, next)?.id ?? 0) < own);
  }

  takenBack(key: string, seat: string): void {
    const mark = this.mark(key, undefined, seat);
    if (mark === undefined) throw new Error(`no vote of ${seat}`);
    this.superseded.add(mark.id);
    this.settle();
  }

  repaired(key: string, how: 'retry' | 'done-by-hand', data: Json): void {
    this.closeTask(`${key}!repair`);
    const effect = this.effect(key);
    const { failed } = effect;
    effect.failed = undefined;
    if (how === 'done-by-hand' && failed !== undefined) this.land(effect, failed, data, effect.lost ? effect.tried : 0);
    effect.lost = false;
    this.settle();
  }

  /** The mail of an attempt came back: of interest only while it is what stands, and nobody is sending it again. */
  cameBack(attempt: number): void {
    const effect = [...this.effects.values()].find(({ sent }) => sent === attempt);
    if (effect !== undefined && !effect.again && !this.returnedMail.has(attempt)) effect.bounced = true;
    const doubted = [...this.effects.values()].find(({ lost, tried, failed }) => failed !== undefined && lost && tried === attempt);
    if (doubted?.failed !== undefined && !this.returnedMail.has(attempt)) doubted.failed = { ...doubted.failed, cameBack: true };
    this.returnedMail.add(attempt);
    this.settle();
  }

  seenTo(key: string, how: 'send-again' | 'settled'): void {
    this.closeTask(`${key}!bounced`);
    const effect = this.effect(key);
    effect.bounced = false;
    effect.again = how === 'send-again';
    this.settle();
  }

  /** Whether a return to this step is possible, that is whether an answer to it stands. */
  canReturn(step: string): boolean {
    return this.lastPassed(step).length > 0;
  }

  returned(step: string, anew = false): void {
    this.strike(step, anew);
    this.unsettle();
    this.settle();
  }

  private strike(step: string, anew: boolean): void {
    const at = this.seen.passed.findLastIndex((passed) => passed.step === step && passed.ids.length > 0);
    const to = this.seen.passed[at]?.key ?? '';
    for (const id of this.seen.passed[at]?.ids ?? []) this.superseded.add(id);
    if (anew)
      for (const { id, key, shown } of this.marks)
        if (shown !== 'report' && (this.seen.reached.get(key)?.has(to) ?? true)) this.superseded.add(id);
  }

  private unsettle(): void {
    for (const effect of this.effects.values()) {
      if (effect.reading) effect.done = undefined;
      else if (undoneOnReturn(effect.name) && (effect.done ?? effect.flight ?? (effect.uncertain || undefined)) !== undefined)
        effect.unwanted = true;
    }
  }

  /** What comes of reopening at a step, or where a cancelled case stood: nothing there, the same end at once, or that it goes on. */
  reopening(step: string | undefined, anew: boolean): 'unknown' | 'in vain' | 'done' {
    this.seen = this.walk(this.program, outset).seen;
    if (step === undefined ? !this.wasCancelled : !this.canReturn(step)) return 'unknown';
    const [superseded, choices, marks, used] = [
      [...this.superseded],
      [...this.choices],
      [...this.marks],
      this.reports.map((report) => report.used),
    ];
    const readings = [...this.effects.values()].map((effect) => [effect, effect.done] as const);
    if (step !== undefined) this.strike(step, anew);
    for (const [effect] of readings) if (effect.reading) effect.done = undefined;
    const end = this.walkToRest().end;
    this.superseded.clear();
    for (const id of superseded) this.superseded.add(id);
    this.choices.splice(0, this.choices.length, ...choices);
    this.marks.splice(0, this.marks.length, ...marks);
    for (const [index, report] of this.reports.entries()) report.used = used[index] ?? false;
    for (const [effect, done] of readings) effect.done = done;
    return end === undefined ? 'done' : 'in vain';
  }

  reopened(step: string | undefined, anew: boolean): void {
    this.seen = this.walk(this.program, outset).seen;
    if (step !== undefined) this.strike(step, anew);
    this.unsettle();
    this.outcome = undefined;
    this.wasCancelled = false;
    for (const [key, task] of this.aside) {
      this.tasks.set(key, { ...task, state: 'suspended' });
      this.closed.delete(task.id);
    }
    this.aside.clear();
    this.settle();
  }

  /** Time in which no watch of the case runs: it is closed. */
  slept(now: number): void {
    this.now = now;
    if (this.hold?.until !== undefined && this.hold.until <= now) this.hold = undefined;
    for (const { watch } of this.aside.values()) if (watch.hold?.until !== undefined && watch.hold.until <= now) watch.hold = undefined;
  }

  amended(subject: Subject): void {
    this.subject = subject;
    this.settle();
  }

  landed(
    key: string,
    end: { readonly ok: true; readonly result: Json } | { readonly ok: false; readonly unknown?: true } | { readonly ok: 'unknown' },
    attempt: number,
  ): void {
    const effect = this.effect(key);
    const { flight } = effect;
    if (flight === undefined) throw new Error(`nothing flies for ${key}`);
    effect.flight = undefined;
    effect.tried = attempt;
    if (end.ok === true) this.land(effect, flight, end.result, attempt);
    else if (end.ok === false && end.unknown !== true && flight.action === 'again') {
      effect.again = false;
      effect.bounced = true;
    } else {
      if (end.ok === false) effect.failed = flight;
      if (end.ok === false) effect.lost = end.unknown === true;
      if (end.ok === 'unknown' || end.unknown === true) effect.uncertain ||= !effect.reading;
    }
    this.settle();
  }

  reported(event: string, data: Json): void {
    this.reports.push({ event, data, used: false });
    this.settle();
  }

  cancelled(reason: string): void {
    this.wasCancelled = true;
    this.end({ cancelled: true, reason }, nothing());
    this.settle();
  }

  /** Another edition of the same procedure takes over: attempts under way are of unknown outcome, those called off are gone. */
  moved(): void {
    for (const effect of this.effects.values()) {
      if (effect.flight === undefined) continue;
      effect.uncertain ||= !effect.reading;
      if (effect.flight.cancelled) effect.flight = undefined;
    }
    this.settle();
  }

  /** What was struck, as `task rung`. */
  readonly rungs: string[] = [];
  /** The hold of the whole case. */
  hold: Stop | undefined;

  held(key: string | undefined, until: number | undefined): void {
    if (key === undefined) this.hold = { until };
    else this.task(key).watch.hold = { until };
    this.settle();
  }

  resumed(key: string | undefined): void {
    if (key === undefined) this.hold = undefined;
    else this.task(key).watch.hold = undefined;
    this.settle();
  }

  /** What keeps a task's watch from running. */
  stops({ watch }: Task): readonly Stop[] {
    return [watch.hold, this.hold].flatMap((stop) => stop ?? []);
  }

  struck(now: number): void {
    this.pass(now);
    for (const task of this.tasks.values()) {
      if (task.state !== 'open') continue;
      const rung = task.watch.rung();
      const last = rung.indexOf('overdue');
      const lapsed = last >= 0 && lapses(task.step);
      for (const name of lapsed ? rung.slice(0, last) : rung) if (name !== 'overdue') this.rungs.push(`${task.id} ${name}`);
      if (rung.includes('escalate-after-within-90m')) task.escalated = true;
      if (last < 0) continue;
      if (lapsed) {
        this.closeTask(task.key);
        this.marks.push({ id: ++this.ids, key: task.key, shown: task.shown, chain: task.chain, data: { overdue: true } });
      } else task.overdue = true;
    }
    this.settle();
  }

  /** Time passes, from one end of a hold to the next: the watches run that nothing stops. */
  private pass(to: number): void {
    while (this.now < to) {
      const tasks = [...this.tasks.values()];
      const ends = [this.hold, ...tasks.map(({ watch }) => watch.hold)].flatMap((stop) => stop?.until ?? []);
      const next = Math.min(to, ...ends.filter((end) => end > this.now));
      for (const task of tasks) if (task.state === 'open' && this.stops(task).length === 0) task.watch.run(this.now, next - this.now);
      this.now = next;
      if (this.hold?.until === next) this.hold = undefined;
      for (const { watch } of tasks) if (watch.hold?.until === next) watch.hold = undefined;
    }
  }

  private task(key: string): Task {
    const task = this.tasks.get(key);
    if (task === undefined) throw new Error(`no task ${key}`);
    return task;
  }

  private effect(key: string): Effect {
    const effect = this.effects.get(key);
    if (effect === undefined) throw new Error(`no effect ${key}`);
    return effect;
  }

  /** `attempt`: which it was; 0 for what a person did. */
  private land(effect: Effect, { action, input }: Errand, result: Json, attempt: number): void {
    if (action !== 'again') effect.done = action === 'undo' ? undefined : { input, result };
    if (action !== 'again' || attempt > 0) effect.sent = action === 'undo' ? 0 : attempt;
    effect.again = false;
    effect.uncertain = false;
    if (action === 'undo') effect.unwanted = false;
  }

  private end(value: Json, seen: Seen): void {
    this.ending = seen.complete;
    this.outcome = { value };
    for (const [key, effect] of this.effects) effect.unwanted = !seen.relied.has(key);
    this.seen = nothing();
  }

  private lastPassed(step: string): readonly number[] {
    return this.seen.passed.findLast((passed) => passed.step === step && passed.ids.length > 0)?.ids ?? [];
  }

  private closeTask(key: string): Task {
    const task = this.task(key);
    this.tasks.delete(key);
    this.closed.add(task.id);
    return task;
  }

  private alive(id: number): boolean {
    return !this.superseded.has(id);
  }

  private supersede(id: number): void {
    this.superseded.add(id);
    this.news = true;
  }

  /** Walks the program until nothing new comes of it, then brings tasks and effects in line. */
  private settle(): void {
    this.turn++;
    if (this.outcome === undefined) {
      const result = this.walkToRest();
      this.waiting = new Map([...result.seen.waits.keys()].map((key) => [key, this.waiting.get(key) ?? this.turn]));
      for (const want of result.seen.wants.values()) if (!this.effects.has(want.key)) this.effects.set(want.key, fresh(want));
      if (result.end !== undefined) this.end(result.end.value as Json, result.seen);
    }
    for (const effect of this.effects.values()) this.steer(effect);
    this.keepTasks();
  }

  private walkToRest(): Result {
    let result: Result;
    do {
      this.news = false;
      result = this.walk(this.program, outset);
      this.seen = result.seen;
      if (!this.news) this.bind(result.seen);
    } while (this.news);
    return result;
  }

  private bind(seen: Seen): void {
    for (const report of this.reports) {
      if (report.used) continue;
      const [oldest] = [...seen.waits.values()]
        .filter((wait) => wait.event === report.event)
        .sort((a, b) => (this.waiting.get(a.key) ?? Infinity) - (this.waiting.get(b.key) ?? Infinity) || 0);
      if (oldest === undefined) continue;
      report.used = true;
      this.marks.push({ id: ++this.ids, key: oldest.key, shown: 'report', chain: oldest.chain, data: report.data });
      this.news = true;
      return;
    }
  }

  /** What an effect has to do now. */
  private steer(effect: Effect): void {
    const over = this.outcome !== undefined;
    const want = over ? undefined : this.seen.wants.get(effect.key);
    const relied = !over && this.seen.relied.has(effect.key);
    if (want !== undefined || relied) effect.unwanted = false;
    const errand = this.errand(effect, want, relied || (over && !effect.unwanted));
    if (effect.failed !== undefined && !sameErrand(effect.failed, errand)) effect.failed = undefined;
    if (errand !== undefined && errand.action !== 'again') {
      effect.bounced = false;
      effect.again = false;
    }
    if (effect.flight !== undefined) {
      if (!sameErrand(effect.flight, errand)) effect.flight = { ...effect.flight, cancelled: true };
    } else if (errand !== undefined && effect.failed === undefined) {
      // What nobody knows to have been done is asked for first.
      if (errand.action === 'undo' && cannotBeUndone(effect.name) && effect.done !== undefined) effect.failed = errand;
      else effect.flight = { ...errand, cancelled: false };
    }
  }

  private errand(effect: Effect, want: Want | undefined, relied: boolean): Errand | undefined {
    const { done } = effect;
    if (want !== undefined) return { action: done === undefined || effect.reading ? 'do' : 'revise', input: want.input };
    if (effect.reading) return undefined;
    if (relied && effect.again && done !== undefined) return { action: 'again', input: done.input };
    if (relied) return effect.uncertain && done !== undefined ? { action: 'revise', input: done.input } : undefined;
    if (!effect.unwanted) return undefined;
    if (done !== undefined) return { action: 'undo', input: done.input };
    return effect.uncertain ? { action: 'undo', input: 'uncertain' } : undefined;
  }

  private keepTasks(): void {
    const over = this.outcome !== undefined;
    const asks = new Map<string, Ask>(over ? [] : this.seen.asks);
    for (const { key, failed, bounced, flight } of this.effects.values()) {
      if (bounced && flight === undefined)
        asks.set(`${key}!bounced`, { key: `${key}!bounced`, step: 'bounced', shown: 'bounced', chain: [] });
      if (failed !== undefined)
        asks.set(`${key}!repair`, { key: `${key}!repair`, step: 'repair', shown: text(failed as unknown as Json), chain: [] });
    }
    const useless = (key: string): boolean =>
      over ||
      key.endsWith('!repair') ||
      key.endsWith('!bounced') ||
      this.seen.complete.has(key) ||
      this.seen.gone.some(({ prefix, kept }) => key.startsWith(prefix) && (kept === undefined || !key.startsWith(prefix + kept)));
    for (const [key, task] of this.tasks) {
      if (asks.has(key)) continue;
      if (useless(key)) {
        if (this.ending?.has(key) === false && !key.endsWith('!repair')) this.aside.set(key, task);
        this.closeTask(key);
      } else if (task.state === 'open') task.state = 'suspended';
    }
    for (const ask of asks.values()) this.ask(ask);
    this.ending = undefined;
  }

  private ask({ key, step, shown, chain, lines, signing }: Ask): void {
    const task = this.tasks.get(key);
    if (task !== undefined) {
      Object.assign(task, {
        state: 'open',
        rev: task.shown === shown ? task.rev : task.rev + 1,
        shown,
        chain,
        lines,
      });
      return;
    }
    const n = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, n);
    this.tasks.set(key, {
      key,
      step,
      id: `tests:tried:1/${key}#${n}`,
      rev: 1,
      state: 'open',
      shown,
      chain,
      lines,
      signing,
      watch: new Stopwatch(stepAlarms(step)),
      overdue: false,
      escalated: false,
    });
  }

  private walk(parts: Program, from: Place): Result {
    const seen = nothing();
    let { chain, last, behind } = from;
    for (const part of parts) {
      const result = this.step(part, { ...from, chain, last, behind });
      merge(seen, result.seen);
      chain = result.chain;
      behind = result.behind ?? behind;
      if (result.end === undefined) return { seen, chain, behind, end: undefined };
      last = result.end.value;
    }
    return { seen, chain, behind, end: { value: last } };
  }

  private step(part: Part, place: Place): Result {
    switch (part.is) {
      case 'ask':
        return this.walkAsk(
          part.step,
          place.prefix + part.step,
          text({ v: this.field(part.shows), ...(part.prior ? { last: place.last as Json } : {}) }),
          place,
        );
      case 'sign':
        return this.walkSign(part.step, place.prefix + part.step, part.mode, place);
      case 'each':
        return this.walkEach(part.step, place.prefix + part.step, place);
      case 'call':
        return this.walkWant(
          place.prefix + part.effect,
          part.effect,
          false,
          { v: this.field(part.input), ...(part.prior ? { last: place.last as Json } : {}) },
          place,
        );
      case 'look':
        return this.walkWant(place.prefix + part.reading, part.reading, true, { v: this.field(part.input) }, place);
      case 'wait':
        return this.walkWait(place.prefix + part.event, part.event, place);
      case 'all':
        return this.walkAll(part.branches, place);
      case 'first':
        return this.walkFirst(place.prefix + part.name, part.branches, place);
      case 'loop':
        return this.walkLoop(place.prefix + part.name, part.body, place);
      case 'meanwhile': {
        const { seen } = this.walk(part.body, { ...place, prefix: `${place.prefix}${part.name}/`, last: null });
        return { seen, chain: place.chain, end: { value: place.last } };
      }
    }
  }

  /** Notes where a step stands: itself, and all that was passed on the ways to it. */
  private reach(seen: Seen, key: string, { behind }: Place): readonly string[] {
    const all = [...behind, key];
    seen.reached.set(key, new Set(all));
    return all;
  }

  private field(field: Field): number | null {
    return field === 'none' ? null : this.subject[field];
  }

  private mark(key: string, line?: string, seat?: string): Mark | undefined {
    return this.marks.findLast((mark) => mark.key === key && mark.line === line && mark.seat === seat && this.alive(mark.id));
  }

  /** What a seat of a countersign sees. */
  private covered(seat: string): string {
    const { x, y } = this.subject;
    return text(seat === 'a' ? { x } : seat === 'b' ? { y } : { x, y });
  }

  private walkSign(step: string, key: string, signing: Signing, place: Place): Result {
    const seen = nothing();
    const { chain, deep } = place;
    const behind = this.reach(seen, key, place);
    const votes: Mark[] = [];
    for (const seat of seats) {
      const mark = this.mark(key, undefined, seat);
      if (mark === undefined) continue;
      if (mark.shown === this.covered(seat) && text(mark.chain) === text(chain)) votes.push(mark);
      else this.supersede(mark.id);
    }
    const ids = votes.map(({ id }) => id).sort((one, other) => one - other);
    const outcome = decision(
      signing,
      votes.map(({ data }) => (data as { readonly outcome: string }).outcome),
    );
    if (outcome === undefined) {
      seen.asks.set(key, { key, step, shown: text({ x: this.subject.x, y: this.subject.y }), chain, signing });
      return { seen, chain, end: undefined };
    }
    for (const id of ids) seen.used.add(id);
    seen.passed.push({ step, key, ids });
    seen.complete.add(key);
    return { seen, chain: deep > 0 ? ids : chain, behind, end: { value: { outcome } } };
  }

  private walkAsk(step: string, key: string, shown: string, place: Place): Result {
    const seen = nothing();
    const { chain, deep } = place;
    const behind = this.reach(seen, key, place);
    const mark = this.mark(key);
    if (mark !== undefined && mark.shown === shown && text(mark.chain) === text(chain)) {
      seen.used.add(mark.id);
      seen.passed.push({ step, key, ids: [mark.id] });
      return { seen, chain: deep > 0 ? [mark.id] : chain, behind, end: { value: mark.data } };
    }
    if (mark !== undefined) this.supersede(mark.id);
    seen.asks.set(key, { key, step, shown, chain });
    return { seen, chain, end: undefined };
  }

  private walkEach(step: string, key: string, place: Place): Result {
    const seen = nothing();
    const { chain, deep } = place;
    const behind = this.reach(seen, key, place);
    const missing = new Map<string, string>();
    const found: Mark[] = [];
    for (const { id, q } of this.subject.lines) {
      const mark = this.mark(key, id);
      if (mark !== undefined && mark.shown === text({ q }) && text(mark.chain) === text(chain)) {
        found.push(mark);
        continue;
      }
      if (mark !== undefined) this.supersede(mark.id);
      missing.set(id, text({ q }));
    }
    for (const mark of this.marks) {
      const there = this.subject.lines.some(({ id }) => id === mark.line);
      if (mark.key === key && mark.line !== undefined && !there && this.alive(mark.id)) this.supersede(mark.id);
    }
    const ids = found.map(({ id }) => id);
    for (const id of ids) seen.used.add(id);
    if (ids.length > 0 || missing.size === 0) seen.passed.push({ step, key, ids });
    if (missing.size === 0) seen.complete.add(key);
    if (missing.size === 0)
      return { seen, chain: deep > 0 && ids.length > 0 ? ids : chain, behind, end: { value: found.map(({ data }) => data) } };
    const shown = text(Object.fromEntries(this.subject.lines.map(({ id, q }) => [id, { q }])));
    seen.asks.set(key, { key, step, shown, chain, lines: missing });
    return { seen, chain, end: undefined };
  }

  private walkWant(key: string, name: string, reading: boolean, wanted: Json, { chain }: Place): Result {
    const seen = nothing();
    const input = text(wanted);
    const done = this.effects.get(key)?.done;
    if (done !== undefined && done.input === input) {
      seen.relied.add(key);
      return { seen, chain, end: { value: done.result } };
    }
    seen.wants.set(key, { key, name, reading, input });
    return { seen, chain, end: undefined };
  }

  private walkWait(key: string, event: string, { chain, deep }: Place): Result {
    const seen = nothing();
    const mark = this.mark(key);
    if (mark !== undefined && text(mark.chain) === text(chain)) {
      seen.used.add(mark.id);
      return { seen, chain: deep > 0 ? [mark.id] : chain, end: { value: mark.data } };
    }
    if (mark !== undefined) this.supersede(mark.id);
    seen.waits.set(key, { key, event, chain });
    return { seen, chain, end: undefined };
  }

  private walkAll(branches: readonly Program[], place: Place): Result {
    const results = branches.map((body) => this.walk(body, place));
    const seen = nothing();
    for (const result of results) merge(seen, result.seen);
    const chain = [...new Set(results.flatMap((result) => result.chain))];
    const behind = [...new Set(results.flatMap((result) => result.behind ?? []))];
    if (results.some((result) => result.end === undefined)) return { seen, chain, behind, end: undefined };
    return { seen, chain, behind, end: { value: Object.fromEntries(results.map((result, index) => [`b${index}`, result.end?.value])) } };
  }

  private walkFirst(key: string, branches: readonly Program[], place: Place): Result {
    const choice = this.choices.findLast((candidate) => candidate.key === key && this.alive(candidate.id));
    const walked = (index: number): Result => this.walk(branches[index] ?? [], { ...place, prefix: `${key}/b${index}/` });
    if (choice !== undefined) {
      const { seen, chain, behind, end } = walked(choice.branch);
      const relies = choice.on.every((id) => seen.used.has(id));
      const onlyOutside = end === undefined && seen.asks.size === 0 && seen.waits.size === 0;
      if (choice.on.every((id) => this.alive(id)) && (relies || onlyOutside)) {
        seen.used.add(choice.id);
        seen.gone.push({ prefix: `${key}/`, kept: end === undefined ? `b${choice.branch}/` : undefined });
        return { seen, chain, behind, end: end === undefined ? undefined : { value: { branch: `b${choice.branch}`, value: end.value } } };
      }
      this.supersede(choice.id);
    }
    const seen = nothing();
    for (const index of branches.keys()) {
      const result = walked(index);
      merge(seen, result.seen);
      if (result.end === undefined) continue;
      this.choices.push({ id: ++this.ids, key, branch: index, on: [...result.seen.used] });
      this.news = true;
      break;
    }
    return { seen, chain: place.chain, end: undefined };
  }

  private walkLoop(key: string, body: Program, place: Place): Result {
    const seen = nothing();
    let { chain, behind } = place;
    for (let n = 1; n < 100; n++) {
      const round = this.walk(body, { prefix: `${key}/${n}/`, chain, deep: place.deep + 1, last: place.last, behind });
      merge(seen, round.seen);
      chain = round.chain;
      behind = round.behind ?? behind;
      if (round.end === undefined) return { seen, chain, end: undefined };
      const { value } = round.end;
      if (typeof value === 'object' && value !== null && 'outcome' in value && value.outcome === 'problem') continue;
      seen.gone.push({ prefix: `${key}/`, kept: undefined });
      return { seen, chain: place.deep === 0 ? [] : chain, behind, end: round.end };
    }
    throw new Error('the loop does not end');
  }
}

interface Mark {
  readonly id: number;
  readonly key: string;
  readonly line?: string;
  readonly seat?: string;
  readonly shown: string;
  readonly chain: readonly number[];
  readonly data: Json;
}
interface Choice {
  readonly id: number;
  readonly key: string;
  readonly branch: number;
  readonly on: readonly number[];
}
interface Ask {
  readonly key: string;
  readonly step: string;
  readonly shown: string;
  readonly chain: readonly number[];
  readonly lines?: Map<string, string>;
  readonly signing?: Signing;
}
interface Task extends Omit<Ask, 'lines' | 'signing'> {
  readonly signing: Signing | undefined;
  readonly id: string;
  readonly lines: Map<string, string> | undefined;
  rev: number;
  state: 'open' | 'suspended';
  readonly watch: Stopwatch;
  overdue: boolean;
  /** The leader has joined its seat. */
  escalated: boolean;
}
interface Want {
  readonly key: string;
  readonly name: string;
  readonly reading: boolean;
  readonly input: string;
}
interface Errand {
  readonly action: EffectAction;
  readonly input: string;
  /** The question whether it was sent has been answered: it came back. */
  readonly cameBack?: true;
}
interface Effect {
  readonly key: string;
  readonly name: string;
  readonly reading: boolean;
  done: { readonly input: string; readonly result: Json } | undefined;
  flight: (Errand & { readonly cancelled: boolean }) | undefined;
  failed: Errand | undefined;
  /** Nobody knows whether what failed was carried out. */
  lost: boolean;
  /** The last attempt, and the one whose mail stands; 0: none. */
  tried: number;
  sent: number;
  /** Its mail came back, and is to be seen to; it is to be sent again. */
  bounced: boolean;
  again: boolean;
  uncertain: boolean;
  unwanted: boolean;
}
interface Place {
  readonly prefix: string;
  readonly chain: readonly number[];
  readonly deep: number;
  readonly last: unknown;
  /** All that was passed before. */
  readonly behind: readonly string[];
}
/** What a walk came across. */
interface Seen {
  readonly asks: Map<string, Ask>;
  readonly wants: Map<string, Want>;
  readonly relied: Set<string>;
  readonly waits: Map<string, { readonly key: string; readonly event: string; readonly chain: readonly number[] }>;
  readonly used: Set<number>;
  readonly passed: { readonly step: string; readonly key: string; readonly ids: readonly number[] }[];
  /** Steps that the walk came to, each with itself and all that was passed before it. */
  readonly reached: Map<string, ReadonlySet<string>>;
  /** Tables of lines that are answered to the last line. */
  readonly complete: Set<string>;
  readonly gone: { readonly prefix: string; readonly kept: string | undefined }[];
}
interface Result {
  readonly seen: Seen;
  readonly chain: readonly number[];
  /** All that was passed before what follows; as before when absent. */
  readonly behind?: readonly string[] | undefined;
  readonly end: { readonly value: unknown } | undefined;
}

const seats: readonly string[] = ['a', 'b', 'c'];
/** Where a walk begins. */
const outset: Place = { prefix: '', chain: [], deep: 0, last: null, behind: [] };

/** What the answers of the seats come to; undefined: nothing yet. */
function decision(signing: Signing, answers: readonly string[]): 'done' | 'problem' | undefined {
  const yes = answers.filter((answer) => answer === 'done').length;
  const no = answers.length - yes;
  if (signing === 'quorum') return yes > 1 ? 'done' : no > 1 ? 'problem' : undefined;
  if (no > 0) return 'problem';
  return yes >= (signing === 'any' ? 1 : seats.length) ? 'done' : undefined;
}

const nothing = (): Seen => ({
  asks: new Map(),
  wants: new Map(),
  relied: new Set(),
  waits: new Map(),
  used: new Set(),
  passed: [],
  reached: new Map(),
  complete: new Set(),
  gone: [],
});

function merge(into: Seen, from: Seen): void {
  for (const [key, ask] of from.asks) into.asks.set(key, ask);
  for (const [key, want] of from.wants) into.wants.set(key, want);
  for (const key of from.relied) into.relied.add(key);
  for (const [key, wait] of from.waits) into.waits.set(key, wait);
  for (const id of from.used) into.used.add(id);
  for (const key of from.complete) into.complete.add(key);
  for (const [key, behind] of from.reached) into.reached.set(key, behind);
  into.passed.push(...from.passed);
  into.gone.push(...from.gone);
}

const fresh = ({ key, name, reading }: Want): Effect => ({
  key,
  name,
  reading,
  done: undefined,
  flight: undefined,
  failed: undefined,
  lost: false,
  tried: 0,
  sent: 0,
  bounced: false,
  again: false,
  uncertain: false,
  unwanted: false,
});

const sameErrand = (a: Errand, b: Errand | undefined): boolean => b !== undefined && a.action === b.action && a.input === b.input;

/** A value as text, members sorted by name: equal texts, equal values. */
export function text(value: Json | undefined): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
