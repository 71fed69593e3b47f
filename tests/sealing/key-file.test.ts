import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { StartupError } from '../../embedded/startup-error.js';
import { openKeys, rotateKeys } from '../../sealing/key-file.js';
import { newKey } from '../../sealing/keys.js';

const folder = mkdtempSync(join(tmpdir(), 'gendan-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
let home: string;
let homes = 0;
beforeEach(() => {
  home = join(folder, `home-${++homes}`);
});

const file = (): string => join(home, 'seal-keys');
const refusal = (work: () => unknown): StartupError => {
  try {
    work();
  } catch (error) {
    if (error instanceof StartupError) return error;
    throw error;
  }
  throw new Error('not refused');
};

describe('the keys of a data folder', () => {
  it('when nothing was sealed yet, then a key is made that only its owner can read, once', () => {
    const made = openKeys({ home }, []);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['seal-keys']);
    expect(openKeys({ home }, []).ids).toEqual(made.ids);
    expect(openKeys({ home }, made.ids).seals.id).toBe(made.seals.id);
  });

  it('when they are rotated, then the new key seals, the old one opens, and the file stays closed', () => {
    const before = openKeys({ home }, []);
    const after = rotateKeys(home);
    expect(after.ids).toEqual([after.seals.id, before.seals.id]);
    expect(openKeys({ home }, before.ids).ids).toEqual(after.ids);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('when the file is gone, but something was sealed, then no new key is made, and it is said which is missing', () => {
    const { code, values } = refusal(() => openKeys({ home }, ['0123456789ab']));
    expect([code, values['keys'], values['place']]).toEqual(['SEAL_KEY_MISSING', '0123456789ab', file()]);
    expect(() => statSync(file())).toThrow('ENOENT');
  });

  it.each([
    ['another installation’s', () => openKeys({ home, setting: newKey() }, ['0123456789ab']), 'SEAL_KEY_MISSING'],
    ['none at all', () => openKeys({ home, setting: 'x' }, []), 'SEAL_KEYS_INVALID'],
  ])('when the setting holds %s, then the start is refused with a sentence in each language, and no key in it', (_what, work, code) => {
    const error = refusal(work);
    expect(error.code).toBe(code);
    for (const locale of ['zh', 'en', 'id'] as const) {
      expect(error.sentence(locale)).toContain('GENDAN_SEAL_KEYS');
      expect(error.sentence(locale)).not.toMatch(/\{\{|[A-Za-z0-9_-]{43}/);
    }
  });

  it('when others can read the file, then the start is refused', () => {
    openKeys({ home }, []);
    chmodSync(file(), 0o644);
    expect(refusal(() => openKeys({ home }, []))).toMatchObject({ code: 'SEAL_KEYS_READABLE', values: { path: file() } });
  });

  it('when the file is damaged, then the start is refused, and the file is left as it is', () => {
    const { seals } = openKeys({ home }, []);
    writeFileSync(file(), 'damaged', { mode: 0o600 });
    expect(refusal(() => openKeys({ home }, [seals.id])).code).toBe('SEAL_KEYS_INVALID');
    expect(refusal(() => rotateKeys(home)).code).toBe('SEAL_KEYS_INVALID');
    expect(readFileSync(file(), 'utf8')).toBe('damaged');
  });
});
