/** --check and -bv say which domains are local, and why. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReport } from '../../src/admin/check.ts';
import { verifyReport } from '../../src/admin/verify.ts';
import { defaultOptions } from '../../src/cli/options.ts';
import { surroundingsWith, systemError } from '../config/surroundings.ts';
import { fakeSystem } from '../system/fake-system.ts';

interface Given {
  readonly host?: string;
  readonly mailName?: string | Error;
}

function systemWith(conf: string, { host = 'box.example.org', mailName }: Given) {
  const files = {
    '/etc/ssmtp/ssmtp.conf': `mailhub=hub.example\n${conf}`,
    ...(mailName !== undefined && { '/etc/mailname': mailName }),
  };
  return fakeSystem({ ...surroundingsWith(files), hostName: () => host });
}

/** What --check has to say of it: result and text. */
async function findings(conf: string, given: Given = {}) {
  let printed = '';
  const print = (text: string) => (printed += text);
  const options = { ...defaultOptions, mode: 'check' as const, json: true };
  await checkReport(options, systemWith(conf, given), { print, resolve: async () => [] });
  const report: { findings: { what: string; result: string; text: string }[] } = JSON.parse(printed);
  return report.findings.filter(({ what }) => what === 'local').map(({ result, text }) => `${result} ${text}`);
}

const usual = 'ok names without a domain, addresses at localhost, localhost.localdomain';
const place = '/etc/ssmtp/ssmtp.conf';
for (const [what, conf, given, expected] of [
  ['the own names', '', {}, [`${usual}, box.example.org, box`]],
  ['a name that ends with a dot', '', { host: 'Box.example.org.' }, [`${usual}, box.example.org, box`]],
  ['a machine without a name', '', { host: '' }, [usual]],
  [
    'hostname=, which is the own name',
    'hostname=Box.example.org\n',
    {},
    [`${usual}, box`, `note not local: box.example.org is a mail domain, hostname=Box.example.org (${place}:2)`],
  ],
  [
    'hostname=, which is another one',
    'hostname=example.org\n',
    {},
    [
      `${usual}, box.example.org, box`,
      `note not local: example.org is a mail domain, hostname=example.org (${place}:2)`,
    ],
  ],
  [
    'a domain of an account',
    'SendAs=a@b.example\n[account a]\nmatch=*@x\nSendAs=a@box.example.org\n',
    {},
    [`${usual}, box`, `note not local: box.example.org is a mail domain, SendAs=a@box.example.org (${place}:5)`],
  ],
  [
    '/etc/mailname',
    '',
    { mailName: 'box.example.org\n' },
    [`${usual}, box`, 'note not local: box.example.org is a mail domain, /etc/mailname names it'],
  ],
  [
    '/etc/mailname that is closed',
    '',
    { mailName: systemError('EACCES') },
    [`${usual}, box`, 'warning not local: box.example.org may be a mail domain, /etc/mailname cannot be read'],
  ],
  [
    'a short name',
    '',
    { host: 'example.org' },
    [`${usual}, example`, 'note not local: example.org has the form of a mail domain; LocalDomains= can name it'],
  ],
  [
    'LocalDomains=',
    'LocalDomains=a.example, localhost\n',
    {},
    [
      'ok names without a domain, addresses at a.example, localhost',
      `note not local: LocalDomains does not name localhost.localdomain (${place}:2)`,
      `note not local: LocalDomains does not name box.example.org (${place}:2)`,
      `note not local: LocalDomains does not name box (${place}:2)`,
    ],
  ],
] as const) {
  test(`checkReport() says what is local: ${what}`, async () => {
    assert.deepEqual(await findings(conf, given), expected);
  });
}

test('checkReport() says that LocalDomains= is empty', async () => {
  const [first, ...others] = await findings('LocalDomains=\n');
  assert.deepEqual([first, others.length], ['ok names without a domain', 4]);
});

for (const [what, given, conf, expected] of [
  ['the own name', {}, '', "local: box.example.org is the machine's own name"],
  [
    'a short name',
    { host: 'Example.org' },
    '',
    'not local: Example.org has the form of a mail domain; LocalDomains= can',
  ],
  ['/etc/mailname', { mailName: 'box.example.org' }, '', 'not local: box.example.org is a mail domain, /etc/mailname'],
  [
    'A-labels',
    {},
    'hostname=b\xc3\xbccher.example\n',
    'not local: xn--bcher-kva.example is a mail domain, hostname=bücher',
  ],
] as const) {
  test(`verifyReport() says why an address is local or not: ${what}`, () => {
    const domain = /: (\S+)/.exec(expected)?.[1];
    const options = { ...defaultOptions, mode: 'verify' as const, operands: [`bob@${domain}`] };
    const { text } = verifyReport(options, systemWith(conf, given));
    assert.ok(text.includes(`\n  ${expected}`), text);
  });
}

test('verifyReport() says nothing of domains that nobody takes for another', () => {
  const operands = ['bob', 'bob@localhost', 'bob@elsewhere.example'];
  const { text } = verifyReport({ ...defaultOptions, mode: 'verify', operands }, systemWith('', {}));
  const own = "  local: hostname box.example.org (the machine's own name)\n";
  const expected = [
    'sender: alice@box.example.org (user name)\n',
    `bob -> bob@box.example.org\n${own}`,
    `bob@localhost -> bob@box.example.org\n${own}`,
    'bob@elsewhere.example -> bob@elsewhere.example\n  left as it is\n',
  ];
  assert.equal(text, expected.join(''));
});
