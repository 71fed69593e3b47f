import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Rehearsal } from '../../domain/analysis/rehearse.js';
import type { CaseState } from '../../domain/engine/state.js';
import { editionIdOf } from '../../worker/edition.js';
import { createRehearser } from '../../worker/rehearse.js';
import { caseIdOf } from './case-commands.js';
import { type CliContext, type GlobalOptions, jsonFrom } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { soundPolicies } from './parts.js';

/** `gendan rehearse FILE|CASE`: what a move to this release would do to a running case, or to one that was kept in a file. Changes nothing. */
export function rehearseCommand(program: Command, cli: CliContext): void {
  program
    .command('rehearse <case>')
    .description(cli.say('cli.rehearse'))
    .option('--keep <file>', cli.say('cli.option.keep'))
    .action(async (given: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly keep?: string }>();
      const outcome = existsSync(given) ? await fromFile(given) : await fromServer(cli, given, options);
      cli.print(options, outcome, () => inWords(cli, outcome));
      if (outcome.fault !== undefined) cli.exit = exitCodes.refused;
    });
}

async function fromServer(cli: CliContext, given: string, options: GlobalOptions & { readonly keep?: string }): Promise<Rehearsal> {
  const client = await cli.client(options, (me) => me.capabilities.team);
  const caseId = await caseIdOf(client, given);
  const query = options.keep === undefined ? {} : { snapshot: 'true' };
  const { snapshot, ...outcome } = await client.get<Rehearsal & { readonly snapshot?: CaseState }>(
    `/cases/${encodeURIComponent(caseId)}/rehearsal`,
    query,
  );
  if (options.keep !== undefined) writeFileSync(options.keep, `${JSON.stringify(snapshot)}\n`, { mode: 0o600 });
  return outcome;
}

/** A kept case against the procedures and policies of this installation, without any server. */
async function fromFile(file: string): Promise<Rehearsal> {
  const snapshot = jsonFrom(file) as unknown as Partial<CaseState>;
  if (snapshot.format !== 1 || snapshot.start === undefined) throw new CliError(exitCodes.usage, 'cli.no-snapshot', { file });
  const { books } = await soundPolicies();
  const { id } = editionIdOf({ books });
  const outcome = createRehearser()(snapshot as CaseState, { id, books });
  if (outcome === undefined) throw new CliError(exitCodes.refused, 'cli.procedure-not-here', { procedure: snapshot.start.procedure });
  return outcome;
}

function inWords(cli: CliContext, outcome: Rehearsal): string {
  const listed = (key: 'opens' | 'revises' | 'suspends' | 'resumes' | 'withdraws'): string[] =>
    outcome[key].map((task) => cli.say(`rehearsal.${key}`, { task }));
  const lines = [
    ...listed('opens'),
    ...listed('revises'),
    ...listed('suspends'),
    ...listed('resumes'),
    ...listed('withdraws'),
    ...(outcome.renames ?? []).map(({ from, to }) => cli.say('rehearsal.renames', { from, to })),
    ...outcome.drops.map(({ key, by }) => cli.say('rehearsal.drops', { task: key, person: by })),
    ...outcome.effects.map(({ key, action }) => cli.say(`rehearsal.effect-${action}`, { effect: key })),
    ...(outcome.closes ? [cli.say('rehearsal.closes')] : []),
    ...(outcome.fault === undefined ? [] : [cli.say('rehearsal.fault', { detail: outcome.fault.detail })]),
  ];
  const heading = cli.say('rehearsal.heading', { case: outcome.caseId, from: outcome.from, to: outcome.to });
  return [heading, ...(lines.length === 0 ? [cli.say('rehearsal.nothing')] : lines)].join('\n');
}
