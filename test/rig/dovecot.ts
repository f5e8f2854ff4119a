/** A private Dovecot that does nothing but check logins for the private Postfix. */

import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Server, startServer } from './server.ts';
import { type TokenKeys, writeTokenKeys } from './tokens.ts';
import { waitFor } from './wait.ts';

/** Login name to password. */
export type Accounts = Readonly<Record<string, string>>;

/** Starts Dovecot below `directory`; it answers Postfix on the Unix socket `socket`. */
export async function startDovecot(directory: string, socket: string, accounts: Accounts): Promise<Server> {
  await mkdir(directory, { mode: 0o755 });
  await writeFile(join(directory, 'passwords'), passwordFile(accounts), { mode: 0o644 });
  const configuration = join(directory, 'dovecot.conf');
  await writeFile(configuration, await configurationText({ directory, socket, keys: await writeTokenKeys(directory) }));
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

interface Places {
  readonly directory: string;
  readonly socket: string;
  readonly keys: TokenKeys;
}

/** Dovecot 2.4 has another language than 2.3 (doc.dovecot.org: Upgrading from 2.3 to 2.4), and says which with `--version`. */
async function configurationText(places: Places): Promise<string> {
  const { stdout } = await promisify(execFile)('dovecot', ['--version']);
  return `${/^2\.[0-3]\./.test(stdout) ? authentication23(places) : authentication24(places)}
base_dir = ${places.directory}/run
state_dir = ${places.directory}/state
log_path = ${places.directory}/dovecot.log
info_log_path = ${places.directory}/dovecot.log
instance_name = ssmtp-test
ssl = no
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer
auth_failure_delay = 0
# No penalty for wrong passwords: it would delay the tests behind.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${places.socket} {
    mode = 0666
  }
}
`;
}

function authentication23({ directory, keys }: Places): string {
  return `protocols =
auth_username_format = %u
disable_plaintext_auth = no
passdb {
  driver = passwd-file
  args = ${directory}/passwords
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
}
passdb {
  driver = oauth2
  args = ${keys.file}
  mechanisms = xoauth2 oauthbearer
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/
}`;
}

function authentication24({ directory, keys }: Places): string {
  return `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols =
auth_username_format = %{user}
auth_allow_cleartext = yes
passdb passwd-file {
  passwd_file_path = ${directory}/passwords
}
oauth2 {
  introspection_mode = local
  username_attribute = sub
  oauth2_local_validation {
    dict fs {
      fs posix {
        prefix = ${keys.prefix}
      }
    }
  }
}
userdb static {
  fields {
    uid = nobody
    gid = nogroup
    home = /
  }
}`;
}
