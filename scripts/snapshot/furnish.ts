/** What a machine has that a message is sent from, below one directory. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** As callers write it: cron's header fields, a local recipient, a line with a dot. */
const message = `From: root (Cron Daemon)
To: root
Subject: Cron <root@here> warm-up
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

.hello
`;

/**
 * The message stands in `/message`; the hub listens on this port of the loopback interface. It has no name here: with node:dns in the
 * snapshot, each process would read at its start where the name servers are.
 */
export async function furnish(directory: string, port: number): Promise<void> {
  const common = 'root=admin@example.org\nrewriteDomain=example.org\n';
  const files = {
    '/message': message,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nsomeone:x:1000:1000:Some One,,,:/home/someone:/bin/sh\n',
    '/etc/hosts': '127.0.0.1 localhost\n',
    '/etc/ssmtp/ssmtp.conf': `${common}mailhub=127.0.0.1:${port}\n`,
    '/etc/ssmtp/data.conf': `${common}mailhub=127.0.0.1:${port}\nDiscardEhloKeywords=CHUNKING\n`,
    '/etc/ssmtp/tls.conf': `${common}mailhub=127.0.0.1:${port}\nUseSTARTTLS=YES\nAuthUser=someone\nAuthPass=secret\nAuthMethod=CRAM-MD5\n`,
    '/etc/ssmtp/revaliases': 'someone:one@example.org\n',
    '/etc/aliases': 'postmaster: root\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(`${directory}${path}`), { recursive: true });
    await writeFile(`${directory}${path}`, text);
  }
  await mkdir(`${directory}/var/spool/ssmtp`, { recursive: true, mode: 0o700 });
}
