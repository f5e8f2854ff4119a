/** nameFindings: what --check says of a machine whose name is no domain. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFindings } from '../../src/admin/machine-findings.ts';
import { settingsWith } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';

const none = 'warning no address can be made with "(none)": set hostname= or rewriteDomain=';
const literal = 'is no domain, so EHLO says the address of the connection: set hostname=';

for (const [host, settings, expected] of [
  ['box.example.org', {}, []],
  ['müller-pc.example.org', {}, []],
  ['(none)', {}, [none]],
  ['(none)', { hostName: 'box.example.org' }, []],
  ['(none)', { rewriteDomain: 'example.org' }, [`note "(none)" ${literal}`]],
  ['app_web_1', {}, [`note "app_web_1" ${literal}`]],
] as const) {
  test(`nameFindings() of ${host} with ${JSON.stringify(settings)}`, () => {
    const given = { hostName: undefined, rewriteDomain: undefined, ...settings };
    const found = nameFindings({ settings: settingsWith(given), system: fakeSystem({ hostName: () => host }) });
    assert.deepEqual(
      found.map(({ what, result, text }) => [what, `${result} ${text}`]),
      expected.map((text) => ['name', text]),
    );
  });
}
