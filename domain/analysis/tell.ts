import type { Row } from '../engine/ledger.js';
import type { ProcedureContext } from '../engine/procedure.js';
import type { JsonObject } from '../json.js';
import type { Sample } from './actions.js';
import { compare, type Difference, differs, openIn, refusalDiffers } from './deltas.js';
import { Refused, Stage, type Taken, type Theatre, Untellable } from './stage.js';
import type { Given, Story, StoryFile, StoryRow } from './story.js';

/** A row that went otherwise than it is told. `path`: of the row in its file. */
export interface Failure {
  readonly path: readonly (string | number)[];
  readonly row: StoryRow;
  readonly differences: readonly Difference[];
}

/** A story as it was played. */
export interface Told {
  readonly story: string;
  readonly failure?: Failure;
  readonly ledger: readonly Row[];
  /** Outcomes that somebody took. */
  readonly taken: readonly Taken[];
  /** The refusals that were told. */
  readonly refused: readonly RefusedThere[];
  /** What people and systems brought into it. */
  readonly world: Sample;
}

/** A refusal that a row told: at which step, or where in what the case is about. */
export interface RefusedThere {
  readonly code: string;
  readonly step?: string;
  readonly field?: string;
}

/** Something happened otherwise; private to this file. */
class Otherwise extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super('otherwise');
    this.failure = failure;
  }
}

/** A story up to some row. */
interface Played {
  readonly stage: Stage;
  readonly taken: readonly Taken[];
  readonly refused: readonly RefusedThere[];
}

/** Plays the stories of a file. What they have in common is played once. */
export class Telling {
  private readonly file: StoryFile;
  private readonly theatre: Theatre;
  private readonly begun = new Map<string, Played | Otherwise>();

  constructor(file: StoryFile, theatre: Theatre) {
    this.file = file;
    this.theatre = theatre;
  }

  /** The same stories of a procedure or policy that is another one. */
  static of(file: StoryFile, theatre: Theatre, setting: Partial<ProcedureContext>): Telling {
    return new Telling(file, { ...theatre, setting: { ...theatre.setting, ...setting } });
  }

  all(): readonly Told[] {
    return this.file.stories.map((_, n) => this.tell(n));
  }

  /** Plays one story, by its place in the file. */
  tell(n: number): Told {
    const story = this.file.stories[n] as Story;
    try {
      const before = this.given(story.given);
      const stage = before.stage.copy();
      stage.under(story);
      const { taken, refused } = this.play(stage, story.rows, ['stories', n, 'rows']);
      return {
        story: story.story,
        ledger: stage.ledger,
        taken: [...before.taken, ...taken],
        refused: [...before.refused, ...refused],
        world: worldOf(stage, [...before.taken, ...taken]),
      };
    } catch (thrown) {
      if (!(thrown instanceof Otherwise)) throw thrown;
      return { story: story.story, failure: thrown.failure, ledger: [], taken: [], refused: [], world: { subject: {} } };
    }
  }

  private given(name: string): Played {
    const known = this.begun.get(name);
    if (known instanceof Otherwise) throw known;
    if (known !== undefined) return known;
    try {
      const played = this.set(name, this.file.given[name] as Given);
      this.begun.set(name, played);
      return played;
    } catch (thrown) {
      if (thrown instanceof Otherwise) this.begun.set(name, thrown);
      throw thrown;
    }
  }

  private set(name: string, { from, rows = [], ...given }: Given): Played {
    const before = from === undefined ? { stage: Stage.empty(this.theatre), taken: [], refused: [] } : this.given(from);
    const stage = before.stage.copy();
    stage.under(given);
    const { taken, refused } = this.play(stage, rows, ['given', name, 'rows']);
    return { stage, taken: [...before.taken, ...taken], refused: [...before.refused, ...refused] };
  }

  private play(stage: Stage, rows: readonly StoryRow[], path: readonly (string | number)[]): Omit<Played, 'stage'> {
    const taken: Taken[] = [];
    const refused: RefusedThere[] = [];
    for (const [n, row] of rows.entries()) {
      const open = openIn(stage);
      const otherwise = (differences: readonly Difference[]): Otherwise => new Otherwise({ path: [...path, n], row, differences });
      try {
        taken.push(...stage.happen(row));
      } catch (thrown) {
        if (thrown instanceof Untellable) throw otherwise([{ what: 'happens', expected: 'that it can', happened: thrown.message }]);
        if (!(thrown instanceof Refused)) throw thrown;
        const differences = refusalDiffers(row, thrown);
        if (differences.length > 0) throw otherwise(differences);
        refused.push(placed(row, thrown));
        continue;
      }
      const differences = [
        ...(row.refused === undefined ? [] : [differs('refused', row.refused, 'it was done')]),
        ...compare(stage, row, open),
      ];
      if (differences.length > 0) throw otherwise(differences);
    }
    return { taken, refused };
  }
}

function placed({ does, on }: StoryRow, { code, field }: Refused): RefusedThere {
  const step = (does ?? on)?.split('/').at(-1);
  return { code, ...(step === undefined ? {} : { step }), ...(field === undefined ? {} : { field }) };
}

/** What people and systems brought into a story: what an exploration of the same may go by. */
function worldOf({ begun, state, subject, answers, ledger }: Stage, taken: readonly Taken[]): Sample {
  const results = ledger.flatMap(({ effect, body }) => {
    const result = body?.['result'] ?? body?.['value'];
    return effect?.state === 'done' && result !== undefined ? [[effect.effect, result] as const] : [];
  });
  const said: Record<string, Record<string, JsonObject>> = {};
  for (const { step, outcome, data } of taken) (said[step] ??= {})[outcome] = data;
  return { subject: begun ? state.subject : subject, results: { ...answers, ...Object.fromEntries(results) }, answers: said };
}
