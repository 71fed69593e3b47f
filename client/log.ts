import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** The largest log file, and how many older ones are kept beside it (`.1` is the youngest). */
export const bounds = { bytes: 10 * 1024 * 1024, older: 4 } as const;

/** One stream a file, also where worker and API of one process write to the same. */
const streams = new Map<string, DestinationStream>();

/** The log: one JSON line an entry, on standard output or in a file, which never grows without end. Never a body, a header or a name. */
export function createLog(level: string, file?: string): Logger {
  if (file === undefined) return pino({ level, base: null }, destination({ fd: 1, sync: false }));
  const stream = streams.get(file) ?? rotating(file, bounds);
  streams.set(file, stream);
  return pino({ level, base: null }, stream);
}

/** A file that makes way for a fresh one when it is full. */
export function rotating(file: string, { bytes, older }: { readonly bytes: number; readonly older: number }): DestinationStream {
  mkdirSync(dirname(file), { recursive: true });
  const stream = destination({ dest: file, sync: false, mkdir: true, mode: 0o600 });
  let size = existsSync(file) ? statSync(file).size : 0;
  stream.on('write', (written: number) => {
    size += written;
    if (size < bytes) return;
    size = 0;
    rmSync(`${file}.${older}`, { force: true });
    for (let n = older - 1; n >= 1; n--) if (existsSync(`${file}.${n}`)) renameSync(`${file}.${n}`, `${file}.${n + 1}`);
    if (existsSync(file)) renameSync(file, `${file}.1`);
    stream.reopen();
  });
  return stream;
}
