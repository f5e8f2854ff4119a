/** The commands of README.md, run as it tells: on a clean machine, against a hub that has the name that README.md gives it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textOf } from '../house/source-files.ts';
import { missingForMachine, onMachine } from '../install/machine.ts';
import { terminal } from '../install/pieces.ts';
import { listing } from '../install/restored.ts';
import { type Row, rows } from './readme-commands.ts';
import { cleanSystem, hub, receivedOf } from './stage.ts';

/** The configuration of a few lines. */
const configuration = /^```ini\n(.*?)^```$/ms.exec(textOf('README.md'))?.[1] ?? '';

const stage = `set -o pipefail
${listing}
${terminal}
mkdir /tmp/letters
hostname clean
${hub}cp /tmp/hub.crt /usr/local/share/ca-certificates
update-ca-certificates >/dev/null
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/assume-yes
apt-get -qq install /packages/sudo*.deb /packages/procmail*.deb
listing >/tmp/former
`;

const linesOf = ({ command, before = '', as = command, after = '' }: Row): string =>
  `cat <<'END'\n=== ${command}\nEND\n${before}\n${as}\n${after}\n`;

describe('README.md', { skip: missingForMachine }, () => {
  test('README.md has commands that do what it says', async () => {
    const script = rows.filter(({ elsewhere }) => elsewhere === undefined).map(linesOf);
    const { status, output } = await onMachine({
      lower: cleanSystem,
      ownNetwork: true,
      files: { 'ssmtp.conf': configuration },
      script: `${stage}${script.join('')}hub_ends`,
    });
    assert.equal(status, 0, output);
    // What waits together leaves in any order.
    assert.deepEqual(receivedOf(output).toSorted(), [
      'relay root@clean.example.org letter',
      'relay@example.org admin@example.org ', // with the second configuration
      'relay@example.org admin@example.org hello',
      'relay@example.org later@example.org waits',
      ...Array(2).fill('relay@example.org me@example.org dead'), // from the usual file, and from one that is named
      ...Array(2).fill('relay@example.org one@example.org letter'), // once flushed
      'relay@example.org one@example.org waits', // released
      'relay@example.org two@example.org letter',
    ]);
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
