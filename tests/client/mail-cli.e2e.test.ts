import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/errors.js';
import { mailsOfCase } from '../../db/mail.js';
import { exampleOrder, proceed } from '../support/hehe-orders.js';
import { type CommandLine, startCommandLine } from './support/cli.js';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine({ as: ['chen-li', 'mail-gateway'] });
});
afterAll(() => line.close());

test('gendan mail: reports what came back, once, and says what was done about it after the case had ended', async () => {
  const { plant, gendan } = line;
  const id = await plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder('connecting-rods', 1, 'MAIL-1'));
  await proceed(plant, id, 'track');
  const [mail] = await plant.until(
    () => mailsOfCase(plant.pool, id),
    (mails) => mails[0]?.state === 'handed-over',
  );
  const messageId = String(mail?.messageId);
  const reported = await gendan('mail', 'bounced', messageId, '--reason', 'no such mailbox', '--as', 'mail-gateway');
  expect(reported).toMatchObject({ exit: exitCodes.done, error: '' });
  expect(reported.out).toContain(`${id}/send-reply!bounced#1`);
  const again = await gendan('mail', 'bounced', messageId, '--reason', 'the same', '--as', 'mail-gateway', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ caseId: id, state: 'task', reason: 'no such mailbox' });
  for (const language of ['en', 'zh', 'id']) {
    const { exit, error } = await gendan('mail', 'settle', messageId, '--note', 'told', '--as', 'chen-li', '--lang', language);
    expect(exit).toBe(exitCodes.refused);
    expect(error).not.toMatch(/\{\{|problem\.|undefined/);
  }
  expect((await gendan('mail', 'bounced', 'nobody@nowhere', '--reason', 'x', '--as', 'mail-gateway')).exit).toBe(exitCodes.notFound);
  expect((await gendan('mail', 'bounced', messageId, '--as', 'mail-gateway')).exit).toBe(exitCodes.usage);
});
