import { startServers } from '../../embedded/servers.js';

/** Started by the tests as a process of its own, to be killed: starts the servers of a folder, prints where they are, and stays. */
const servers = await startServers({
  home: process.argv[2] ?? '',
  practice: true,
  environment: process.env,
  progress: () => undefined,
});
const { databaseUrl, temporalAddress, processes } = servers;
process.stdout.write(`${JSON.stringify({ databaseUrl, temporalAddress, processes })}\n`);
