/** The commands of README.md, run as it tells: on a clean machine, against a hub that has the name that README.md gives it. */

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { textOf } from '../house/source-files.ts';
import { missingForMachine, onMachine } from '../install/machine.ts';
import { terminal } from '../install/pieces.ts';
import { listing } from '../install/restored.ts';
import type { Received } from './hub.ts';
import { type Row, rows } from './readme-commands.ts';

const lower = resolve(import.meta.dirname, '../../build/clean-system');

/** The configuration of five lines. */
const configuration = /^```ini\n(.*?)^```$/ms.exec(textOf('README.md'))?.[1] ?? '';

const stage = `set -o pipefail
${listing}
${terminal}
mkdir /tmp/letters
hostname clean
printf '127.0.0.1 smtp.example.org\\n127.0.1.1 clean.example.org clean\\n' >>/etc/hosts
(umask 77 && echo 'correct horse#battery' >/root/relay-password)
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/assume-yes
apt-get -qq install /packages/sudo*.deb /packages/procmail*.deb
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=hub' -days 1 \\
  -addext 'subjectAltName=DNS:smtp.example.org' -keyout /tmp/hub.key -out /usr/local/share/ca-certificates/hub.crt 2>/dev/null
update-ca-certificates >/dev/null
exec 3< <(exec scripts/node test/chroot/hub.ts 587 /usr/local/share/ca-certificates/hub.crt /tmp/hub.key \\
  'correct horse#battery' /tmp/received)
hub=$!
read -r <&3
listing >/tmp/former
`;

const linesOf = ({ command, before = '', as = command, after = '' }: Row): string =>
  `cat <<'END'\n=== ${command}\nEND\n${before}\n${as}\n${after}\n`;

describe('README.md', { skip: missingForMachine }, () => {
  test('README.md has commands that do what it says', async () => {
    const script = rows.filter(({ elsewhere }) => elsewhere === undefined).map(linesOf);
    const { status, output } = await onMachine({
      lower,
      ownNetwork: true,
      files: { 'ssmtp.conf': configuration },
      script: `${stage}${script.join('')}kill $hub\necho '=== received'\ncat /tmp/received`,
    });
    assert.equal(status, 0, output);
    const received = (output.split('=== received\n').at(-1) ?? '').trim().split('\n');
    assert.deepEqual(
      received.map((line): Received => JSON.parse(line)).map(({ user, to, subject }) => `${user} ${to} ${subject}`),
      [
        'relay@example.org admin@example.org ', // with the second configuration
        'relay@example.org admin@example.org hello',
        'relay@example.org later@example.org waits',
        'relay@example.org me@example.org dead',
        ...Array(2).fill('relay@example.org me@example.org dead'), // by formail: that letter again, and the second one
        'relay@example.org one@example.org letter',
        'relay@example.org two@example.org letter',
        'relay@example.org one@example.org letter', // flushed
        'relay@example.org one@example.org waits', // released
        'relay root@clean.example.org letter',
      ],
    );
  });

  test('README.md has commands that make a package out of a clone', async (context) => {
    const { status, output } = await onMachine({
      ownNetwork: true,
      script: `mkdir /tmp/clone
tar -C /ssmtp -c --exclude=./node_modules --exclude=./dist --exclude=./build --exclude=./.git . | tar -C /tmp/clone -x
cd /tmp/clone
export npm_config_offline=true DEB_COMPRESSION_LEVEL=1
npm ci && npm run build && npm run package:deb
dpkg-deb --field dist/ssmtp_*.deb Package`,
    });
    if (/ENOTCACHED|cache mode is 'only-if-cached'/.test(output))
      context.skip('SKIPPED: npm has kept no packages here');
    else assert.equal(status, 0, output);
  });
});
