import type { Command } from 'commander';
import { createPool } from '../../db/pool.js';
import { registerSealKey, sealKeyIds } from '../../db/sealing.js';
import { StartupError } from '../../embedded/startup-error.js';
import { createSealer, type Sealer } from '../../sealing/codec.js';
import { keysSetting, openKeys, placeOf, readKeys, rotateKeys } from '../../sealing/key-file.js';
import { newKey } from '../../sealing/keys.js';
import type { Config } from '../config.js';
import type { CliContext, GlobalOptions } from './context.js';
import { CliError, exitCodes } from './errors.js';

/**
 * What seals the messages of this installation, whose database knows by now which keys ever did.
 * @throws StartupError SEAL_KEY_MISSING, SEAL_KEYS_INVALID, SEAL_KEYS_READABLE or HOME_NOT_WRITABLE
 */
export async function openSealer({ home, sealKeys: setting }: Config, databaseUrl: string): Promise<Sealer> {
  const pool = createPool({ databaseUrl, applicationName: 'gendan keys', max: 1, onError: () => undefined });
  try {
    const keys = openKeys({ home, setting }, await sealKeyIds(pool));
    const missing = await registerSealKey(pool, keys.seals.id, keys.ids);
    if (missing.length > 0) throw new StartupError('SEAL_KEY_MISSING', { place: placeOf({ home, setting }), keys: missing.join(', ') });
    return createSealer(keys);
  } finally {
    await pool.end();
  }
}

/** `gendan keys` and `gendan keys rotate`. */
export function keyCommands(program: Command, cli: CliContext): void {
  const keys = program
    .command('keys')
    .description(cli.say('cli.keys'))
    .action((_options: unknown, command: Command) => {
      const { home, sealKeys } = cli.config;
      show(cli, command, readKeys({ home, setting: sealKeys })?.ids ?? [], 'cli.keys-now');
    });
  keys
    .command('rotate')
    .description(cli.say('cli.keys-rotate'))
    .action((_options: unknown, command: Command) => {
      const { home, sealKeys } = cli.config;
      if (sealKeys !== undefined) throw new CliError(exitCodes.usage, 'cli.keys-in-setting', { setting: keysSetting, key: newKey() });
      show(cli, command, rotateKeys(home).ids, 'cli.keys-rotated');
    });
}

function show(
  cli: CliContext,
  command: Command,
  [seals = '-', ...opens]: readonly string[],
  key: 'cli.keys-now' | 'cli.keys-rotated',
): void {
  const options = command.optsWithGlobals<GlobalOptions>();
  cli.print(options, { seals, opens }, () => cli.say(key, { seals, opens: opens.join(', ') || '-' }));
}
