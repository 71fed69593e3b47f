import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { msToTs, optionalTsToDate } from '@temporalio/common/lib/time.js';
import type { Command } from 'commander';
import { connectTemporal } from '../../embedded/temporal.js';
import { sealedClient } from '../../sealing/client.js';
import { view } from '../../workflows/engine/contract.js';
import { temporalConnection } from '../config.js';
import { caseIdOf } from './cases.js';
import { type CliContext, type GlobalOptions, worksWith } from './context.js';
import { CliError, exitCodes } from './errors.js';
import { lengthFrom } from './output.js';
import { readRunning } from './running.js';
import { openSealer } from './seal-keys.js';

/** How long the lists may take to show what a moved clock brought about. */
const shownWithinMs = 15_000;
/** FastForwardPollingResult: the poll's own time-out, and the clock has arrived. */
const pollAgain = 1;
const completed = 2;

/** `gendan practice forward CASE LENGTH`: only where Gendan was started with `--practice`; nobody moves time under real orders. */
export function practiceCommands(program: Command, cli: CliContext): void {
  program
    .command('practice')
    .description(cli.say('cli.practice'))
    .command('forward <case> <length>')
    .description(cli.say('cli.practice-forward'))
    .action(async (given: string, length: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const ms = lengthFrom(length);
      if (ms === undefined) throw new CliError(exitCodes.usage, 'cli.duration-wrong', { value: length });
      const running = readRunning(cli.config.home);
      if (running?.practice !== true) throw new CliError(exitCodes.refused, 'cli.practice-off');
      const api = await cli.client(options, worksWith(given));
      const caseId = await caseIdOf(api, given);
      await api.get(`/cases/${encodeURIComponent(caseId)}`);
      const connection = await connectTemporal(temporalConnection(cli.config, running.temporalAddress));
      try {
        const sealer = await openSealer(cli.config, running.databaseUrl);
        const client = sealedClient({ connection, namespace: running.namespace, sealer });
        const now = await forward(client, caseId, ms);
        await shown(client, caseId, async () => (await api.get<{ turn: number }>(`/cases/${encodeURIComponent(caseId)}`)).turn);
        cli.print(options, { caseId, forwardMs: ms, now: now.toISOString() }, () =>
          cli.say('cli.practice-done', { case: caseId, length, at: now.toISOString() }),
        );
      } finally {
        await connection.close();
      }
    });
}

/**
 * Moves the clock of one workflow forward. Resolves to the time it has then.
 * @throws CliError when the case has ended meanwhile, so that its clock stands still
 */
async function forward(client: Client, workflowId: string, ms: number): Promise<Date> {
  const { namespace } = client.options;
  const fastForwardId = randomUUID();
  const timeSkippingConfig = { enabled: true, fastForwardConfig: { id: fastForwardId, duration: msToTs(ms) } };
  const workflowExecution = { workflowId };
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: { timeSkippingConfig },
    updateMask: { paths: ['time_skipping_config'] },
  });
  for (;;) {
    const polled = await client.workflowService.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId });
    if (polled.fastForwardPollingResult === pollAgain) continue;
    if (polled.fastForwardPollingResult === completed)
      return optionalTsToDate(polled.fastForwardInfo?.targetTime) ?? new Date(Date.now() + ms);
    throw new CliError(exitCodes.refused, 'cli.practice-failed', { case: workflowId, reason: polled.failedReason });
  }
}

/** Waits until the lists show the turn that the case is at. */
async function shown(client: Client, caseId: string, turnInLists: () => Promise<number>): Promise<void> {
  const { turn } = await client.workflow.getHandle(caseId).query(view, { since: 0 });
  const until = Date.now() + shownWithinMs;
  while (Date.now() < until && (await turnInLists()) < turn) await sleep(200);
}
