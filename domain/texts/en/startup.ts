/** Sentences of starting up: what is wrong and what to do; and how the start is getting on. */
export const startup = {
  'startup.NODE_TOO_OLD': 'Node.js {{found}} is too old: install Node.js {{needed}} or newer and start again.',
  'startup.HOME_IN_USE':
    'The data folder {{path}} is in use by another Gendan (process {{pid}}): stop that one first, or set GENDAN_HOME to another folder.',
  'startup.HOME_NOT_WRITABLE':
    'The data folder {{path}} cannot be written ({{reason}}): give your user access to it, or set GENDAN_HOME to a folder you can write.',
  'startup.DISK_FULL': 'The disk of {{path}} is full ({{freeMb}} MB free, 256 MB needed): free some space and start again.',
  'startup.PORT_TAKEN': 'Port {{port}} is already taken by another program: stop that program, or choose another port with {{setting}}.',
  'startup.TEMPORAL_PROGRAM_MISSING':
    'The temporal program was not found, could not be downloaded and could not be built ({{reason}}): install the Temporal CLI with server {{needed}} or newer and set TEMPORAL_CLI to it, install Go, or set TEMPORAL_ADDRESS to a running Temporal server.',
  'startup.TEMPORAL_CLI_UNUSABLE':
    'TEMPORAL_CLI names {{path}}, which is not a working temporal program ({{reason}}): correct TEMPORAL_CLI, or remove it to let Gendan find one.',
  'startup.TEMPORAL_TOO_OLD':
    'The Temporal server is version {{found}}, but Gendan needs {{needed}} or newer: upgrade it, or point to a newer one.',
  'startup.TEMPORAL_UNREACHABLE':
    'No Temporal server answers at {{address}} ({{reason}}): start it, or correct TEMPORAL_ADDRESS and its TLS and API key settings.',
  'startup.TEMPORAL_FAILED': 'The embedded Temporal server did not start ({{reason}}): its log {{log}} says more.',
  'startup.DATABASE_URL_INVALID': 'DATABASE_URL is not a PostgreSQL address: write it as postgres://user:password@host:5432/database.',
  'startup.DATABASE_UNREACHABLE': 'No PostgreSQL server answers at {{host}}:{{port}} ({{reason}}): start it, or correct DATABASE_URL.',
  'startup.DATABASE_REFUSED':
    'PostgreSQL at {{host}}:{{port}} refused the connection to database {{database}} as {{user}} ({{reason}}): correct the user, password or database in DATABASE_URL.',
  'startup.POSTGRES_FAILED': 'The embedded PostgreSQL did not start ({{reason}}): its log {{log}} says more.',
  'startup.POSTGRES_UNSUPPORTED': 'There is no embedded PostgreSQL for {{platform}}: set DATABASE_URL to a PostgreSQL server of your own.',
  'startup.POSTGRES_DATA_FOREIGN':
    'The data folder {{path}} was made by PostgreSQL {{found}}, but this Gendan brings {{needed}}: move the data over with pg_dump, or start the Gendan that made it.',
  'startup.SEAL_KEY_MISSING':
    'Messages of this installation are sealed with a key that is not in {{place}} ({{keys}}): restore that file from a backup, or set GENDAN_SEAL_KEYS to the keys.',
  'startup.SEAL_KEYS_INVALID':
    '{{place}} does not hold keys that messages can be sealed with: each must be 32 random bytes in base64. Restore it from a backup; without the right keys no order can go on.',
  'startup.SEAL_KEYS_READABLE':
    'Other users can read the keys in {{path}}: close the file to all but its owner (chmod 600) and start again.',
  'startup.progress.postgres-copy': 'Copying the PostgreSQL programs to {{path}} …',
  'startup.progress.postgres-elsewhere': 'The user who runs PostgreSQL cannot enter {{home}}: its data is in {{path}}.',
  'startup.progress.postgres-init': 'Making the database in {{path}} …',
  'startup.progress.postgres-start': 'Starting PostgreSQL …',
  'startup.progress.postgres-ready': 'PostgreSQL is ready on port {{port}}.',
  'startup.progress.postgres-restart': 'PostgreSQL stopped unexpectedly ({{reason}}); starting it again.',
  'startup.progress.temporal-download': 'Looking for a ready-made temporal program on the internet …',
  'startup.progress.temporal-build':
    'Building the temporal program with Go, once; it takes about six minutes on two cores and is kept in {{path}}.',
  'startup.progress.temporal-building': 'Building the temporal program: {{minutes}} min {{seconds}} s, {{packages}} packages done …',
  'startup.progress.temporal-waiting': 'Another Gendan (process {{pid}}) is building the temporal program; waiting for it …',
  'startup.progress.temporal-built': 'The temporal program is built.',
  'startup.progress.temporal-start': 'Starting Temporal …',
  'startup.progress.temporal-ready': 'Temporal {{version}} is ready on port {{port}}.',
  'startup.progress.temporal-restart': 'Temporal stopped unexpectedly ({{reason}}); starting it again.',
  'startup.progress.leftover-ended': 'Ended {{name}} left over from an earlier run (process {{pid}}).',
  'startup.progress.stopping': 'Stopping the servers …',
  'startup.progress.stopped': 'All servers are stopped.',
};
