/** routeFor and what follows from it: accounts, SendAs, addresses of this machine, warnings, loops. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { letterFor } from '../../src/hub/letter.ts';
import { surroundingsWith } from '../config/surroundings.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { messageOf, optionsWith, passage, textOf } from './pieces.ts';

interface Given {
  readonly message: string;
  readonly conf?: string;
  readonly revaliases?: string;
  readonly aliases?: string;
  readonly words?: Parameters<typeof optionsWith>[0];
}

/** What leaves, as the program would send it. */
function letter({ message, conf = '', revaliases = '', aliases = '', words = {} }: Given) {
  const files: Record<string, string> = {
    '/etc/ssmtp/ssmtp.conf': `mailhub=hub.example\nRewriteDomain=example.org\n${conf}`,
    '/etc/ssmtp/revaliases': revaliases,
    '/etc/aliases': aliases,
  };
  const { readFile } = surroundingsWith(files, {});
  const settings = loadSettings({}, surroundingsWith(files, {}));
  const options = optionsWith({ operands: ['x@y.example'], ...words });
  const text = Buffer.from(message).toString('latin1');
  const made = letterFor(messageOf(text), options, { settings, system: fakeSystem({ readFile }), passage });
  const header = Buffer.from(textOf(made.message), 'latin1').toString();
  const field = (name: string) => new RegExp(`^${name}: (.*(?:\n[ \t].*)*)`, 'im').exec(header)?.[1];
  return { ...made, field, header };
}

describe('an address of this machine', () => {
  for (const [from, to] of [
    ['root', 'root@example.org'],
    ['root@localhost', 'root@example.org'],
    ['root@LocalHost.localdomain', 'root@example.org'],
    ['root@box', 'root@example.org'],
    ['root@box.example.org', 'root@example.org'],
    ['root@Box.Example.org.', 'root@example.org'],
    ['root@example.org', 'root@example.org'],
    ['root@other.example', 'root@other.example'],
    ['"odd name"@localhost', '"odd name"@example.org'],
    ['alice', 'alice@home.example'],
    ['alice@localhost', 'alice@home.example'],
    ['Full (c) <alice@box> (d)', 'Full (c) <alice@home.example> (d)'],
    ['alice@other.example', 'alice@other.example'],
  ] as const) {
    test(`that is ${from} leaves as ${to}`, () => {
      const { field } = letter({
        message: `From: ${from}\nReply-To: ${from}\n\n`,
        revaliases: 'alice:alice@home.example\n',
      });
      assert.deepEqual([field('From'), field('Reply-To')], [to, to]);
    });
  }

  test('is rewritten in the envelope as well', () => {
    const given = { message: 'From: alice\n\n', revaliases: 'alice:alice@home.example\nbob:bob@b.example:other:26\n' };
    assert.equal(letter(given).envelope.sender, 'alice@home.example');
    assert.equal(letter({ ...given, words: { envelopeSender: 'bob@localhost' } }).envelope.sender, 'bob@b.example');
    assert.equal(letter({ ...given, words: { envelopeSender: 'carl@box' } }).envelope.sender, 'carl@example.org');
    assert.equal(letter({ ...given, words: { envelopeSender: '' } }).envelope.sender, '');
    assert.equal(letter({ ...given, conf: 'FromLineOverride=YES\n' }).envelope.sender, 'alice@home.example');
  });

  test('follows aliases as a recipient, where they lead to one address', () => {
    const aliases = 'staff: a@x.example, b@x.example\nboss: ceo\nceo: c@x.example\njob: |/bin/x\nroot: r@x.example\n';
    const message = 'To: staff, Boss <boss@localhost>, job\nCc: root, c@z.example\n\n';
    const { field } = letter({ message, aliases, conf: 'root=admin@example.com\n' });
    assert.equal(field('To'), 'staff@example.org, Boss <c@x.example>, job@example.org');
    assert.equal(field('Cc'), 'r@x.example, c@z.example');
  });

  test('stays in the header with RewriteHeaders=NO', () => {
    const { field, envelope } = letter({ message: 'From: root\nTo: root\n\n', conf: 'RewriteHeaders=NO\n' });
    assert.deepEqual([field('From'), field('To'), envelope.sender], ['root', 'root', 'alice@example.org']);
  });
});

describe('SendAs', () => {
  const conf = 'SendAs=relay@provider.example\n';

  test('names From and Sender, and keeps what From said', () => {
    const { field, envelope } = letter({ message: 'From: root (Cron Daemon)\nSender: x@y\n\n', conf });
    assert.equal(envelope.sender, 'relay@provider.example');
    assert.equal(field('From'), 'relay@provider.example (Cron Daemon)');
    assert.equal(field('Sender'), 'relay@provider.example');
    assert.equal(field('X-Original-From'), 'root@example.org (Cron Daemon)');
    assert.equal(field('Reply-To'), 'root@example.org (Cron Daemon)');
  });

  test('leaves a Reply-To that is there', () => {
    const { field } = letter({ message: 'From: a@b\nReply-To: c@d\n\n', conf });
    assert.equal(field('Reply-To'), 'c@d');
  });

  test('makes one of many', () => {
    const { field } = letter({ message: 'From: A <a@b>,\n C <c@d>\n\n', conf });
    assert.equal(field('From'), 'relay@provider.example');
    assert.equal(field('X-Original-From'), 'A <a@b>,\n C <c@d>');
  });

  test('counts more than -f, revaliases and FromLineOverride, but not for the null sender', () => {
    const given = { message: 'From: a@b\n\n', conf: `${conf}FromLineOverride=YES\n`, revaliases: 'alice:x@y\n' };
    assert.equal(letter(given).envelope.sender, 'relay@provider.example');
    assert.equal(letter({ ...given, words: { envelopeSender: 'q@r' } }).envelope.sender, 'relay@provider.example');
    assert.equal(letter({ ...given, words: { envelopeSender: '<>' } }).envelope.sender, '');
  });

  test('changes nothing where the sender is the same already', () => {
    const { field } = letter({ message: 'From: R <relay@provider.example>\n\n', conf });
    assert.deepEqual([field('From'), field('X-Original-From')], ['R <relay@provider.example>', undefined]);
  });

  test('names the user in a From that is made', () => {
    assert.equal(letter({ message: 'Subject: x\n\n', conf }).field('From'), 'Alice Example <relay@provider.example>');
  });
});

describe('an account', () => {
  const conf = `AuthUser=main
[account work]
match=*@work.example
mailhub=smtp.work.example:587
UseSTARTTLS=YES
[account own]
match=alice@example.org
AuthUser=own
[account all]
match=*@other.example
`;

  test('serves the sender of -f', () => {
    const { plan, envelope } = letter({
      message: 'From: x@other.example\n\n',
      conf,
      words: { envelopeSender: 'B@work.example' },
    });
    assert.deepEqual(
      [plan.host, plan.port, plan.login, envelope.sender],
      ['smtp.work.example', 587, undefined, 'B@work.example'],
    );
  });

  test('serves what From says, which is the envelope sender then', () => {
    const { plan, envelope } = letter({ message: 'From: Me <me@work.example>\n\n', conf });
    assert.deepEqual([plan.host, envelope.sender], ['smtp.work.example', 'me@work.example']);
  });

  test("serves the user's own address, when From says nothing to it", () => {
    const { plan, envelope } = letter({ message: 'From: x@nowhere.example\n\n', conf });
    assert.deepEqual([plan.login?.user, envelope.sender], ['own', 'alice@example.org']);
  });

  test('is not asked for the null sender when From names nobody it serves', () => {
    const { plan } = letter({
      message: 'From: x@nowhere.example\n\n',
      conf: conf.replace('alice@', 'zoe@'),
      words: { envelopeSender: '' },
    });
    assert.deepEqual([plan.host, plan.login?.user], ['hub.example', 'main']);
  });

  test('with a hub of its own counts more than revaliases', () => {
    const revaliases = 'alice::third.example:26\n';
    assert.equal(letter({ message: 'From: a@work.example\n\n', conf, revaliases }).plan.host, 'smtp.work.example');
    assert.equal(letter({ message: 'From: a@other.example\n\n', conf, revaliases }).plan.host, 'third.example');
  });
});

describe('X-Authentication-Warning', () => {
  const conf = 'AuthWarnings=YES\n';
  const message = 'Subject: x\n\n';

  for (const [what, more, user, isThere] of [
    ['tells of another sender', { envelopeSender: 'bob@x.example' }, {}, true],
    ['is silent without -f', {}, {}, false],
    ['is silent for the own address', { envelopeSender: 'alice' }, {}, false],
    [
      'is silent for trusted users',
      { envelopeSender: 'bob@x.example' },
      { conf: `${conf}TrustedUsers=list, alice\n` },
      false,
    ],
    ['is silent unless asked for', { envelopeSender: 'bob@x.example' }, { conf: '' }, false],
  ] as const) {
    test(what, () => {
      const { field } = letter({ message, conf, words: more, ...user });
      assert.equal(
        field('X-Authentication-Warning'),
        isThere ? 'box.example.org: alice set sender to bob@x.example\n using -f' : undefined,
      );
    });
  }
});

describe('a message that cannot be sent', () => {
  const hop = (host: string, id: string) => `Received: by ${host} (ssmtp, from userid 0)\n\tid ${id}; Sun\n`;

  test('has been here twice in a row with the same id', () => {
    const twice = `${hop('BOX.example.org', 'A1')}${hop('box.example.org', 'a1')}\n`;
    assert.throws(
      () => letter({ message: twice }),
      /Cannot send: 5\.4\.6 the message has come through box\.example\.org twice/,
    );
  });

  test('is not one that was elsewhere in between, or had another id', () => {
    letter({ message: `${hop('box.example.org', 'A1')}${hop('x', 'B')}${hop('box.example.org', 'A1')}\n` });
    letter({ message: `${hop('box.example.org', 'A1')}${hop('box.example.org', 'A2')}\n` });
  });

  test('has more than 50 hops', () => {
    assert.throws(() => letter({ message: `${hop('x', 'y').repeat(51)}\n` }), /5\.4\.6 the message has 51 hops/);
  });

  test('has a field longer than MaxHeaderLength', () => {
    const message = `Subject: ${'x'.repeat(1000)}\n\n`;
    assert.throws(
      () => letter({ message, conf: 'MaxHeaderLength=1000\n' }),
      /Cannot send: 5\.6\.0 Subject has 1010 octets, and MaxHeaderLength is 1000/,
    );
    letter({ message, conf: 'MaxHeaderLength=1010\n' });
  });
});
