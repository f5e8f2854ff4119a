/** localDomainsOf: the names of this machine are local, unless people have mailboxes there. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { envelopeOf } from '../../src/route/envelope.ts';
import { localDomainsOf } from '../../src/route/local-domains.ts';
import { routeFor } from '../../src/route/route.ts';
import { surroundingsWith, systemError } from '../config/surroundings.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { optionsWith } from './pieces.ts';

interface Given {
  readonly host?: string;
  readonly conf?: string;
  readonly mailName?: string | Error;
}

/** What decides about a domain, and whether /etc/mailname had to be read. */
function verdictOn(domain: string, { host = 'web1.example.org', conf = '', mailName }: Given = {}) {
  const files = {
    '/etc/ssmtp/ssmtp.conf': `mailhub=hub.example\n${conf}`,
    ...(mailName !== undefined && { '/etc/mailname': mailName }),
  };
  const { readFile } = surroundingsWith(files, {});
  const read: string[] = [];
  const system = {
    hostName: () => host,
    readFile: (path: string) => {
      read.push(path);
      return readFile(path);
    },
  };
  const localDomain = localDomainsOf(loadSettings({}, surroundingsWith(files, {})), system);
  const verdict = localDomain(domain);
  assert.deepEqual(localDomain(domain), verdict);
  return { ...verdict, read };
}

describe('localDomainsOf()', () => {
  for (const [domain, by, given = {}] of [
    ['localhost', 'localhost'],
    ['LOCALHOST.localdomain', 'localhost'],
    ['localhost', 'localhost', { conf: 'hostname=localhost\nrewriteDomain=localhost\n' }],
    ['localhost.localdomain', 'localhost', { host: 'localhost.localdomain', mailName: 'localhost.localdomain\n' }],
    ['WEB1.Example.ORG', 'own name'],
    ['web1.example.org', 'own name', { host: 'WEB1.example.org.' }],
    ['web1.example.org', 'own name', { conf: 'hostname=www.example.org\nrewriteDomain=example.org\n' }],
    ['web1', 'own name'],
    // Names without a dot stay the machine's own, whatever names them.
    ['web1', 'own name', { conf: 'hostname=web1\n', mailName: 'web1\n' }],
    ['web1', 'own name', { host: 'web1', conf: 'hostname=web1\nrewriteDomain=example.org\n', mailName: 'web1\n' }],
    ['app_web_1', 'own name', { host: 'app_web_1' }],
    ['xn--mller-pc-65a.example.org', 'own name', { host: 'müller-pc.example.org' }],
    ['MÜLLER-pc.example.org', 'own name', { host: 'xn--mller-pc-65a.example.org' }],
    ['web1.local', 'own name', { host: 'web1.local' }],
    ['nas.lan', 'own name', { host: 'nas.lan' }],
    ['pi.home.arpa', 'own name', { host: 'pi.home.arpa' }],
    ['web1.example.org', 'own name', { mailName: '' }],
    ['web1.example.org', 'own name', { mailName: '# web1.example.org\nexample.org\n' }],
    ['web1.co.example', 'own name', { host: 'web1.co.example' }],
    ['web1.example.co.uk', 'own name', { host: 'web1.example.co.uk' }],
    ['web1.example.org', 'own name', { conf: 'AuthUser=web1.example.org\nAuthPass=x\nUseTLS=YES\n' }],
    ['web1.example.org', 'own name', { conf: 'root=web1.example.org\n' }],
    ['web1.example.org', 'own name', { conf: 'AddHeader=Reply-To: x@web1.example.org\n' }],
    ['web1.example.org', 'LocalDomains', { conf: 'LocalDomains=WEB1.example.org. other.example\n' }],
    ['b\u00fccher.example', 'LocalDomains', { conf: 'LocalDomains=x.example,xn--bcher-kva.example\n' }],
    ['example.org', 'LocalDomains', { conf: 'hostname=example.org\nLocalDomains=example.org\n' }],
    ['localhost', 'LocalDomains', { conf: 'LocalDomains=localhost\n' }],
    ['localhost', 'LocalDomains', { conf: 'LocalDomains=\nLocalDomains= localhost , web1\n' }],
    ['[192.0.2.1]', 'LocalDomains', { conf: 'LocalDomains=[192.0.2.1]\n' }],
  ] as readonly (readonly [string, string, Given?])[]) {
    test(`localDomainsOf() takes ${domain} for local: ${by} (${JSON.stringify(given)})`, () => {
      const { isLocal, by: cause } = verdictOn(domain, given);
      assert.deepEqual([isLocal, cause], [true, by]);
    });
  }

  const account = (line: string) => `RewriteDomain=example.org\n[account a]\nmatch=*@x\n${line}\n`;
  const login = 'AuthPass=x\nUseTLS=YES\n';
  for (const [domain, by, given = {}] of [
    ['example.org', 'elsewhere'],
    ['x.web1.example.org', 'elsewhere'],
    ['web', 'elsewhere'],
    ['web1', 'elsewhere', { host: 'web2.example.org', conf: 'hostname=web2.example.org\n' }],
    ['localhost.example.org', 'elsewhere'],
    ['(none)', 'elsewhere', { host: '' }],
    ['web1.example.org', 'hostname', { conf: 'hostname=WEB1.example.org.\n' }],
    ['example.org', 'hostname', { conf: 'hostname=example.org\n' }],
    ['web1.example.org', 'RewriteDomain', { conf: 'rewriteDomain=web1.example.org\n' }],
    ['web1.example.org', 'AuthUser', { conf: `AuthUser=a@b@Web1.Example.Org\n${login}` }],
    ['web1.example.org', 'root', { conf: 'root=admin@web1.example.org\n' }],
    ['web1.example.org', 'root', { conf: 'root=admin, Ops <ops@web1.example.org>\n' }],
    ['web1.example.org', 'SendAs', { conf: 'SendAs=www@web1.example.org\n' }],
    [
      'web1.example.org',
      'AuthUser',
      { conf: `Profile=generic\nmailhub=h\nAuthUser=a@web1.example.org\n${login}hostname=x\n` },
    ],
    ['web1.example.org', 'hostname', { conf: account('hostname=web1.example.org') }],
    ['web1.example.org', 'RewriteDomain', { conf: account('RewriteDomain=web1.example.org') }],
    ['web1.example.org', 'SendAs', { conf: account('SendAs=x@web1.example.org') }],
    ['web1.example.org', 'AuthUser', { conf: `${account('AuthUser=x@web1.example.org')}${login}` }],
    ['web1.example.org', 'AuthUser', { conf: `mailhub=h, h2\n[hub h2]\nAuthUser=x@web1.example.org\n${login}` }],
    [
      'web1.example.org',
      'AuthUser',
      { conf: `mailhub=h\n[hub hub.example]\n${login}\n[hub h]\nAuthUser=x@web1.example.org\n${login}` },
    ],
    ['xn--mller-kva.example.org', 'hostname', { host: 'müller.example.org', conf: 'hostname=MÜLLER.example.org\n' }],
    ['example.org', 'short name', { host: 'example.org' }],
    ['EXAMPLE.org', 'short name', { host: 'example.org', mailName: systemError('EACCES') }],
    ['example.co.uk', 'short name', { host: 'example.co.uk' }],
    ['example.com.au', 'short name', { host: 'example.com.au' }],
    ['local.org', 'short name', { host: 'local.org' }],
    ['web1.localnet', 'short name', { host: 'web1.localnet' }],
    ['web1.example.org', 'mailname', { mailName: 'web1.example.org\n' }],
    ['web1.example.org', 'mailname', { mailName: '# set by hand\n\nexample.org\n WEB1.Example.org. # here\r\n' }],
    ['müller.example.org', 'mailname', { host: 'müller.example.org', mailName: 'm\xc3\xbcller.example.org' }],
    ['web1.example.org', 'closed mailname', { mailName: systemError('EACCES') }],
    ['web1.example.org', 'closed mailname', { mailName: new Error('it is not a regular file') }],
    ['web1.example.org', 'LocalDomains', { conf: 'LocalDomains=\n' }],
    ['web1', 'LocalDomains', { conf: 'LocalDomains=localhost\n' }],
    ['localhost.localdomain', 'LocalDomains', { conf: 'LocalDomains=localhost\n' }],
    ['sub.other.example', 'elsewhere', { conf: 'LocalDomains=other.example\n' }],
  ] as readonly (readonly [string, string, Given?])[]) {
    test(`localDomainsOf() leaves ${domain} to the hub: ${by} (${JSON.stringify(given)})`, () => {
      const { isLocal, by: cause } = verdictOn(domain, given);
      assert.deepEqual([isLocal, cause], [false, by]);
    });
  }

  test('localDomainsOf() reads /etc/mailname only for the full name of the machine, once', () => {
    assert.deepEqual(verdictOn('web1.example.org').read, ['/etc/mailname']);
    assert.deepEqual(verdictOn('web1.example.org', { mailName: systemError('EACCES') }).read, ['/etc/mailname']);
    for (const domain of ['localhost', 'web1', 'example.org']) assert.deepEqual(verdictOn(domain).read, []);
    const decided = ['hostname=web1.example.org', 'LocalDomains=web1.example.org', 'LocalDomains='];
    for (const conf of decided) assert.deepEqual(verdictOn('web1.example.org', { conf: `${conf}\n` }).read, []);
  });

  test('localDomainsOf() asks nobody for the name of the machine where the domain is said', () => {
    const settings = loadSettings(
      {},
      surroundingsWith({ '/etc/ssmtp/ssmtp.conf': 'mailhub=h\nLocalDomains=x.example\n' }, {}),
    );
    const hostName = () => assert.fail('the name of the machine was read');
    assert.equal(localDomainsOf(settings, fakeSystem({ hostName }))('x.example').isLocal, true);
  });

  test('localDomainsOf() lets a defect through', () => {
    const settings = loadSettings({}, surroundingsWith({ '/etc/ssmtp/ssmtp.conf': 'mailhub=h\n' }, {}));
    const readFile = () => {
      throw 'not an error';
    };
    assert.throws(() => localDomainsOf(settings, fakeSystem({ readFile }))('box.example.org'), /not an error/);
  });
});

describe('a message of an account', () => {
  const conf = `mailhub=hub.example
root=admin@isp.example
[account work]
match=*@work.example
SendAs=boss@box.example.org
[account home]
match=*@home.example
`;
  for (const sender of ['a@work.example', 'a@home.example', 'a@none.example']) {
    test(`from ${sender} leaves the mail domain of any account alone`, () => {
      const settings = loadSettings({}, surroundingsWith({ '/etc/ssmtp/ssmtp.conf': conf }, {}));
      const options = optionsWith({ operands: ['root@box.example.org', 'root@box'], envelopeSender: sender });
      const route = routeFor([], { options, settings, system: fakeSystem() });
      assert.deepEqual(envelopeOf([], route).recipients, ['root@box.example.org', 'admin@isp.example']);
    });
  }
});
