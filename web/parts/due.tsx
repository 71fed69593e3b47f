import { useReader } from '../texts/texts.js';
import { useNow } from './now.js';
import { dueWords, signs } from './time.js';

interface DueProps {
  readonly of: {
    readonly dueAt?: string | null | undefined;
    readonly openedAt?: string | undefined;
    readonly closedAt?: string | undefined;
    readonly paused?: { readonly since: string; readonly causeName: string } | undefined;
  };
  readonly zone: string;
  readonly inline?: boolean;
}

/** By when: how long that is, and the moment. */
export function Due({ of, zone, inline = false }: DueProps) {
  const { say, language } = useReader();
  const { standing, phrase, exact } = dueWords(of, { say, language, now: useNow(), zone });
  return (
    <span className={`due due-${standing}${inline ? ' due-inline' : ''}`}>
      <span className="due-phrase">
        <span aria-hidden="true">{signs[standing]} </span>
        {phrase}
      </span>
      {exact === undefined ? null : <span className="due-exact">{exact}</span>}
    </span>
  );
}
