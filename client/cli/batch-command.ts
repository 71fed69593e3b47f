import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ShownTask } from './case-commands.js';
import { type CliContext, type GlobalOptions, jsonFrom } from './context.js';
import { exitCodes } from './errors.js';
import { table } from './output.js';

interface BatchOptions extends GlobalOptions {
  readonly batch?: string;
  readonly data?: string;
  readonly key?: string;
}
interface Result {
  readonly task: string;
  readonly ok: boolean;
  readonly state?: string;
  readonly message?: string;
}

/** How many tasks one request takes. */
const most = 500;

/** `gendan batch STEP VERB`: all of my tasks of a step are decided alike, such as the daily pass. */
export function batchCommand(program: Command, cli: CliContext): void {
  program
    .command('batch <step> <verb>')
    .description(cli.say('cli.batch'))
    .option('--batch <date>', cli.say('cli.option.batch'))
    .option('--data <json|file>', cli.say('cli.option.data'))
    .option('--key <key>', cli.say('cli.option.key'))
    .action(async (step: string, verb: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<BatchOptions>();
      const client = await cli.client(options);
      const tasks: { task: string; rev: number }[] = [];
      for (let after: string | null | undefined; after !== null && tasks.length < most; ) {
        const page: { items: readonly ShownTask[]; next: string | null } = await client.get('/tasks', {
          view: 'mine',
          step,
          batch: options.batch,
          limit: '100',
          after,
        });
        tasks.push(...page.items.map(({ id, rev }) => ({ task: id, rev })));
        after = page.next;
      }
      if (tasks.length === 0) return cli.print(options, { results: [], done: 0, refused: 0 }, () => cli.say('cli.tasks-none'));
      const data = options.data === undefined ? {} : { data: jsonFrom(options.data) };
      const body = { verb, ...data, tasks: tasks.slice(0, most) };
      const answer = await client.post<{ results: readonly Result[]; done: number; refused: number }>(
        '/tasks/commands',
        body,
        options.key ?? randomUUID(),
      );
      if (answer.refused > 0) cli.exit = exitCodes.refused;
      cli.print(options, answer, () => {
        const rows = answer.results.map(({ task, ok, state, message }) => [task, ok ? (state ?? '') : (message ?? '')]);
        const heading = cli.columns('task', 'result');
        return `${table(heading, rows)}\n${cli.say('cli.batch-done', { done: answer.done, refused: answer.refused })}`;
      });
    });
}
