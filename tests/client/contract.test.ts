import type { Command } from 'commander';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createApp } from '../../client/api/app.js';
import type { ApiContext } from '../../client/api/http/context.js';
import { problemCodes, statusOf } from '../../client/api/http/problem.js';
import { createContext } from '../../client/cli/context.js';
import { createProgram } from '../../client/cli/program.js';
import { packageRoot } from '../../client/install.js';
import { locales } from '../../domain/texts/texts.js';

/*
 * What programs and people outside rely on, as committed files: a change of any of it is a visible diff. After an extension, the files are
 * written anew by `npx vitest run tests/client/contract.test.ts -u`; a name that is gone or has another meaning is a break.
 */

it('when the API describes itself, then in the words of the committed document', async () => {
  // The description is made of the routes alone: nothing behind them is asked.
  const nothingBehind = { log: pino({ level: 'silent' }), stopping: () => false } as unknown as ApiContext;
  const answer = await createApp(nothingBehind, '0.0.0').request('/api/v1/openapi.json');
  expect(answer.status).toBe(200);
  await expect(`${JSON.stringify(await answer.json(), null, 2)}\n`).toMatchFileSnapshot('contract/openapi.json');
});

it('when a request is refused, then by one of the committed codes, with its committed status', async () => {
  const lines = problemCodes.map((code) => `${code} ${statusOf(code)}\n`).sort();
  await expect(lines.join('')).toMatchFileSnapshot('contract/problem-codes.txt');
});

it.each(locales)('when the command line is asked for help in %s, then every command says what is committed', async (locale) => {
  const program = createProgram(createContext(['--lang', locale]));
  await expect(helpOf(program).join('\n')).toMatchFileSnapshot(`contract/help.${locale}.txt`);
});

/** The help of a command and of all below it, as wide as it likes, and without the folder that this copy of the program is in. */
function helpOf(command: Command, above: readonly string[] = []): string[] {
  const path = [...above, command.name()];
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part), getOutHelpWidth: () => 1_000, getOutHasColors: () => false });
  command.outputHelp();
  // One new command must not move the columns of all others.
  text = text.replaceAll(/(?<=\S) {2,}(?=\S)/g, '  ');
  text = text.replaceAll(packageRoot().replace(/[/\\]$/, ''), '…');
  return [`$ ${path.join(' ')} --help\n${text}`, ...command.commands.flatMap((one) => helpOf(one, path))];
}
