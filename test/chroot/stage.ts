/** The hub of README.md on a machine of its own: smtp.example.org, with its certificate in /tmp/hub.crt. */

import { resolve } from 'node:path';
import type { Received } from './hub.ts';

export const cleanSystem = resolve(import.meta.dirname, '../../build/clean-system');

/** Starts it; its password is in /root/relay-password. `hub_ends` prints what it got, and must be the last line. */
export const hub = `printf '127.0.0.1 smtp.example.org\\n127.0.1.1 clean.example.org clean\\n' >>/etc/hosts
(umask 77 && echo 'correct horse#battery' >/root/relay-password)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=hub' -days 1 \\
  -addext 'subjectAltName=DNS:smtp.example.org' -keyout /tmp/hub.key -out /tmp/hub.crt 2>/dev/null
exec 3< <(exec /ssmtp/scripts/node /ssmtp/test/chroot/hub.ts 587 /tmp/hub.crt /tmp/hub.key "$(cat /root/relay-password)" /tmp/received)
hub=$!
read -r <&3
hub_ends() {
  kill $hub
  echo '=== received'
  cat /tmp/received
}
`;

/** "login recipients subject" of each message. */
export function receivedOf(output: string): string[] {
  const lines = (output.split('=== received\n').at(-1) ?? '').trim().split('\n');
  return lines
    .map((line): Received => JSON.parse(line))
    .map(({ user, to, subject }) => `${user} ${to.join()} ${subject}`);
}
