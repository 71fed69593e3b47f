import { readSql } from './sides.js';
import type { World } from './world.js';

/** What happened to a case, in order and in short: its commands, its ledger, what was done outside. For whoever has to understand a failure. */
export async function accountOf(world: World, caseId: string): Promise<readonly string[]> {
  const { journal, ledger } = await readSql(world.pool, caseId);
  const commands = journal.map(
    ({ verb, status, answer, sentCount, id }) =>
      `${verb} ${id.slice(0, 6)} ${status} ${answer?.code ?? answer?.turn ?? ''}, sent ${sentCount} times`,
  );
  const rows = ledger.map(({ row }) => {
    const what = row.task === undefined ? (row.effect ?? row.clock) : row.task;
    const details =
      what === undefined
        ? ''
        : ` ${what.key} ${what.state}${row.effect === undefined ? '' : ` ${row.effect.action} ${row.effect.code ?? ''}`}`;
    return `${row.seq}/${row.turn} ${time(row.at)} ${row.type}${details} ${row.by ?? ''} ${row.command?.slice(0, 6) ?? ''}`;
  });
  const deeds = world.deeds().filter((deed) => deed.caseId === caseId);
  return [
    `commands: ${commands.join('; ')}`,
    `ledger: ${rows.join(' | ')}`,
    `outside: ${deeds.map(({ at, what, key }) => `${time(at)} ${what} ${key.split('/').slice(1).join('/')}`).join(' | ')}`,
  ];
}

const time = (at: number): string => new Date(at).toISOString().slice(14, 23);
