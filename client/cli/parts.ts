import { join } from 'node:path';
import type { NativeConnectionOptions } from '@temporalio/worker';
import type pg from 'pg';
import { loadDemoBooks } from '../../db/books.js';
import { saveCalendars } from '../../db/calendars.js';
import { loadDirectory } from '../../db/directory.js';
import { createPool } from '../../db/pool.js';
import { findPlain } from '../../db/sealing.js';
import { connectTemporal } from '../../embedded/temporal.js';
import { loadBooks } from '../../policies/load.js';
import { sealedClient } from '../../sealing/client.js';
import type { Sealer } from '../../sealing/codec.js';
import { startRelease } from '../../worker/main.js';
import { createNoticeMailer } from '../../worker/notice-mail.js';
import { createMail, createOutsideSystems, letterheadOf, type OutsideOptions } from '../../worker/outside.js';
import type { Workers } from '../../worker/run.js';
import { createBookCache } from '../api/http/cache.js';
import { mailWords } from '../api/notices.js';
import { temporalConnection } from '../config.js';
import { createCaseCommands, createDispatcher } from '../dispatch/dispatcher.js';
import { packageRoot } from '../install.js';
import { createLog } from '../log.js';
import type { CliContext } from './context.js';
import { CliError, exitCodes, PolicyErrors } from './errors.js';

/** The policies that this installation ships with. */
export const policiesFolder = (): string => join(packageRoot(), 'policies');

/** Where a worker finds its servers, and where its log goes. */
export interface WorkerPlace {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly sealer: Sealer;
  readonly logFile?: string;
}

/** A worker of this release, with the outbox beside it. */
export async function beginWorker(
  cli: CliContext,
  { databaseUrl, temporalAddress, namespace, sealer, logFile }: WorkerPlace,
): Promise<Workers> {
  const { books } = await soundPolicies();
  const log = createLog(cli.config.logLevel, logFile);
  const temporal = temporalConnection(cli.config, temporalAddress);
  const connection = await connectTemporal(temporal);
  const begun = startRelease({
    databaseUrl,
    temporal: temporal as NativeConnectionOptions,
    namespace,
    sealer,
    books,
    commands: (pool) => {
      const client = sealedClient({
        connection,
        namespace,
        sealer,
        plainBefore: { find: (caseId, hash) => findPlain(pool, caseId, hash) },
      });
      return createCaseCommands(createDispatcher({ pool, client }), pool);
    },
    outside: (pool, commands) => outsideSystems(cli, { pool, books, commands }),
    mailNotice: (pool) => noticeMailer(pool, cli.config.smtpUrl),
    log: (message, values) => log.warn(values, message),
  });
  const workers = await begun.catch(async (cause: unknown) => {
    await connection.close();
    throw cause;
  });
  return {
    ...workers,
    stop: async () => {
      await workers.stop();
      await connection.close();
    },
  };
}

/** Mails notices of the company's cases from the company's own address. */
export function noticeMailer(pool: pg.Pool, smtpUrl: string | undefined): ReturnType<typeof createNoticeMailer> {
  const books = createBookCache(pool);
  return createNoticeMailer({
    db: pool,
    mail: createMail({ pool, smtpUrl }),
    letterhead: async ({ edition, company }) => letterheadOf((await books.of(edition)) ?? {}, company),
    words: (notice) => mailWords({ db: pool, books }, notice),
  });
}

/** The systems that procedures reach; a mail server's address that cannot be used is a setting to correct. */
function outsideSystems(cli: CliContext, parts: Omit<OutsideOptions, 'smtpUrl'>): ReturnType<typeof createOutsideSystems> {
  try {
    return createOutsideSystems({ ...parts, smtpUrl: cli.config.smtpUrl });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'SMTP_URL_INVALID')) throw cause;
    throw new CliError(exitCodes.usage, 'cli.setting-wrong', { setting: 'GENDAN_SMTP_URL', rule: cli.say('rule.pattern') });
  }
}

/** The policies of this installation, or all that is wrong with them. */
export async function soundPolicies(): Promise<Awaited<ReturnType<typeof loadBooks>>> {
  const loaded = await loadBooks(policiesFolder());
  if (loaded.errors.length > 0) throw new PolicyErrors(loaded.errors);
  return loaded;
}

/** Gives companies the working calendars that their policies name. Resolves to the companies whose calendar is another one now. */
export function loadCalendars(pool: pg.Pool, { books, calendars }: Awaited<ReturnType<typeof loadBooks>>): Promise<readonly string[]> {
  const named = Object.values(books).flatMap(({ company: { company, calendar: id } }) => {
    const calendar = id === undefined ? undefined : calendars[id];
    return calendar === undefined ? [] : [{ company, calendar }];
  });
  return saveCalendars(pool, named);
}

/** Brings companies, the demo people of the policies, the working calendars and the demo trade books of companies without books into the database. */
export async function loadDemoPeople(databaseUrl: string, policies: Awaited<ReturnType<typeof loadBooks>>): Promise<void> {
  const { books, people } = policies;
  const pool = createPool({ databaseUrl, applicationName: 'gendan directory', max: 1, onError: () => undefined });
  try {
    await loadDirectory(
      pool,
      Object.values(books).map(({ company }) => ({ company, people: people[company.company] ?? [] })),
    );
    await loadCalendars(pool, policies);
    await loadDemoBooks(pool, policies.tradeBooks);
  } finally {
    await pool.end();
  }
}

/** Where the log of everything that runs in one process goes. */
export const logFileIn = (home: string): string => join(home, 'logs', 'gendan.log');
