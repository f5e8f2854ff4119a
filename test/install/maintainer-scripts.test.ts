/** The scripts of the Debian package, where a machine is not as they would have it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { install, outputOf } from './pieces.ts';

describe('packaging/deb', { skip: missingForMachine }, () => {
  test("packaging/deb/preinst lets no package in beside scripts/install, not even as an upgrade of Debian's former ssmtp", async () => {
    const output = await outputOf({
      script: `sh packaging/deb/preinst upgrade 2.64-11
${install} >/dev/null
for words in install 'install 1:0.1.0-1' 'upgrade 2.64-11' 'abort-upgrade 1:0.2.0-1'; do
  sh packaging/deb/preinst $words 2>/dev/null && echo "$words: goes on" || echo "$words: stops"
done`,
    });
    assert.equal(
      output,
      `install: stops
install 1:0.1.0-1: stops
upgrade 2.64-11: stops
abort-upgrade 1:0.2.0-1: goes on
`,
    );
  });
});
