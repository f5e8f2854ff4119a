/** A private Dovecot that does nothing but check logins for the private Postfix. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Server, startServer } from './server.ts';
import { writeTokenKeys } from './tokens.ts';
import { waitFor } from './wait.ts';

/** Login name to password. */
export type Accounts = Readonly<Record<string, string>>;

/** Starts Dovecot below `directory`; it answers Postfix on the Unix socket `socket`. */
export async function startDovecot(directory: string, socket: string, accounts: Accounts): Promise<Server> {
  await mkdir(directory, { mode: 0o755 });
  await writeFile(join(directory, 'passwords'), passwordFile(accounts), { mode: 0o644 });
  const configuration = join(directory, 'dovecot.conf');
  await writeFile(configuration, configurationText(directory, { socket, tokens: await writeTokenKeys(directory) }));
  const logFile = join(directory, 'dovecot.log');
  const server = startServer(['dovecot', '-F', '-c', configuration]);
  await waitFor('Dovecot to start', async () => {
    if (server.exited()) throw new Error(`Dovecot ended:\n${server.output()}${await readFile(logFile, 'utf8')}`);
    return (await readFile(logFile, 'utf8').catch(() => '')).includes('starting up') || undefined;
  });
  return server;
}

/** Base64, because the file's own separator is a colon. */
function passwordFile(accounts: Accounts): string {
  const lines = Object.entries(accounts).map(
    ([user, password]) => `${user}:{PLAIN.b64}${Buffer.from(password).toString('base64')}::::::\n`,
  );
  return lines.join('');
}

function configurationText(directory: string, { socket, tokens }: { socket: string; tokens: string }): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/dovecot.log
info_log_path = ${directory}/dovecot.log
instance_name = ssmtp-test
protocols =
ssl = no
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer
auth_username_format = %u
auth_failure_delay = 0
disable_plaintext_auth = no
passdb {
  driver = passwd-file
  args = ${directory}/passwords
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
}
passdb {
  driver = oauth2
  args = ${tokens}
  mechanisms = xoauth2 oauthbearer
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/
}
# No penalty for wrong passwords: it would delay the tests behind.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${socket} {
    mode = 0666
  }
}
`;
}
