import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Progress } from './startup-error.js';

const release = 'v1.8.2';
const answerWithinMs = 10_000;
const stallsAfterMs = 20_000;
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/**
 * Gets the ready-made program that Temporal publishes, as the Temporal SDKs do, and puts it at `target`. Gives up after 10 s without a
 * first answer and after 20 s without a further byte.
 * @throws Error when it cannot be had
 */
export async function downloadTemporal(target: string, progress: Progress): Promise<void> {
  const arch = architectures[process.arch as NodeJS.Architecture];
  const platform = platforms[process.platform];
  if (arch === undefined || platform === undefined) throw new Error(`no download for ${process.platform} ${process.arch}`);
  progress('startup.progress.temporal-download');
  const query = new URLSearchParams({ arch, platform, format: platform === 'windows' ? 'zip' : 'tar.gz', 'sdk-name': 'gendan' });
  const draft = await mkdtemp(join(dirname(target), 'download-'));
  try {
    const answer = await reach(`https://temporal.download/cli/${release}?${query.toString()}`);
    const { archiveUrl, fileToExtract } = (await answer.json()) as { archiveUrl: string; fileToExtract: string };
    const archive = join(draft, 'archive');
    await save(archiveUrl, archive);
    const unpacked = spawnSync('tar', ['-xf', archive, '-C', draft, fileToExtract], { encoding: 'utf8' });
    if (unpacked.status !== 0) throw new Error(unpacked.error?.message ?? unpacked.stderr.trim());
    await chmod(join(draft, fileToExtract), 0o755);
    await rename(join(draft, fileToExtract), target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function reach(url: string): Promise<Response> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`download: ${cause}`);
  }
}

async function save(url: string, file: string): Promise<void> {
  const stalled = new AbortController();
  const answer = await fetch(url, { signal: stalled.signal });
  if (!answer.ok || answer.body === null) throw new Error(`download: HTTP ${answer.status}`);
  let timer = setTimeout(() => stalled.abort(), stallsAfterMs);
  const source = Readable.from(answer.body as AsyncIterable<Uint8Array>);
  source.on('data', () => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), stallsAfterMs);
  });
  try {
    await pipeline(source, createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
}
