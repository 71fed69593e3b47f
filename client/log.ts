import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, type Logger, pino } from 'pino';

/** The log: one JSON line an entry, on standard output or in a file. Never a body, a header or a name. */
export function createLog(level: string, file?: string): Logger {
  if (file === undefined) return pino({ level, base: null }, destination({ fd: 1, sync: false }));
  mkdirSync(dirname(file), { recursive: true });
  return pino({ level, base: null }, destination({ dest: file, sync: false, mkdir: true }));
}
