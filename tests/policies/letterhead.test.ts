import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBooks } from '../../policies/load.js';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'gendan-letterhead-')), 'policies');
  await cp(fileURLToPath(new URL('../../policies', import.meta.url)), dir, { recursive: true, filter: (path) => !path.endsWith('.ts') });
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

/** What is said about company.yaml or order-intake.yaml after a change. */
async function errorsAfter(change: (text: string) => string): Promise<readonly string[]> {
  const file = join(dir, 'hehe/company.yaml');
  await writeFile(file, change(await readFile(file, 'utf8')));
  return (await loadBooks(dir)).errors;
}

describe('the letterhead of a company', () => {
  it('is there, in every language', async () => {
    const { books } = await loadBooks(dir);
    expect(Object.keys(books['hehe']?.company.letterhead?.lines ?? {}).sort()).toEqual(['en', 'id', 'zh']);
  });

  it.each<[string, (text: string) => string, string]>([
    ['without a language', (text) => text.replace(/^ {4}zh: \[广.*\n/m, ''), '"zh" is missing'],
    [
      'with an address that is none',
      (text) => text.replace('address: orders@hehe.example.com', 'address: orders at hehe'),
      'a mail address such as orders@example.com',
    ],
    ['with a key that there is not', (text) => text.replace('replyTo:', 'reply-to:'), 'unknown key "reply-to"'],
    [
      'that is missing although a reply is sent',
      (text) => text.replace(/^letterhead:\n(?: .*\n)+/m, ''),
      'company.yaml has no "letterhead"',
    ],
  ])('%s is refused', async (_what, change, expected) => {
    const errors = await errorsAfter(change);
    expect(errors).not.toEqual([]);
    for (const error of errors) {
      expect(error).toMatch(/^policies\/hehe\/(company|order-intake|order-change|return)\.yaml:\d+:\d+: /);
      expect(error).toContain(expected);
    }
  });
});

describe('notices by mail', () => {
  it('need an address that notices come from, and addresses that are such', async () => {
    const without = (text: string): string => `${text.replace(/^letterhead:\n(?: .*\n)+/m, '')}notices: { mail: true }\n`;
    expect((await errorsAfter(without)).filter((error) => error.includes('from which mail comes'))).toHaveLength(1);
    const file = join(dir, 'hehe/people.demo.yaml');
    const people = await readFile(file, 'utf8');
    await writeFile(file, people.replace('id: chen-li, name: 陈丽,', 'id: chen-li, name: 陈丽, mail: chen at hehe,'));
    const { errors } = await loadBooks(dir);
    expect(errors.filter((error) => error.startsWith('policies/hehe/people.demo.yaml:3:')).join()).toContain('a mail address such as');
  });
});
