/**
 * The contract with nodemailer: every private member that `src/hub/connection.ts` touches exists in the pinned version and
 * behaves as assumed. Fails after an update that changes one of them; then read nodemailer before anything else.
 */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import SmtpConnection from 'nodemailer/lib/smtp-connection';
import { HubConnection } from '../../src/hub/connection.ts';
import { sourceFiles, textOf } from '../house/source-files.ts';
import { type ScriptedPeer, scriptedPeer } from './scripted-peer.ts';

interface Logged {
  readonly level: string;
  readonly tnx: unknown;
  readonly text: unknown;
}

/** A connection over a socket of ours, that has been greeted. */
async function connectedTo(peer: ScriptedPeer) {
  const logged: Logged[] = [];
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  const logger = Object.fromEntries(
    levels.map((level) => [
      level,
      (entry: { tnx?: unknown }, text: unknown) => void logged.push({ level, tnx: entry.tnx, text }),
    ]),
  );
  const socket = connect(peer.port, '127.0.0.1');
  const options = { connection: socket, name: 'me', ignoreTLS: true, logger, transactionLog: true };
  const connection = new HubConnection(options);
  const errors: Error[] = [];
  const failed = new Promise<Error>((resolve) => {
    connection.on('error', (error) => {
      errors.push(error);
      resolve(error);
    });
  });
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  const dialogue = () => logged.filter(({ tnx }) => tnx === 'client' || tnx === 'server');
  return { connection, socket, logged, dialogue, errors, failed };
}

const start = ['S: 220 hub', 'C: EHLO me', 'S: 250-hub greets', 'S: 250-SIZE 1000', 'S: 250 AUTH PLAIN'];

describe('nodemailer', { timeout: 60_000 }, () => {
  test('nodemailer is installed in the version that package.json pins', () => {
    const pinned: { readonly dependencies: { readonly nodemailer: string } } = JSON.parse(textOf('package.json'));
    assert.equal(new SmtpConnection().version, pinned.dependencies.nodemailer);
  });

  /** With the number of their parameters. */
  const methods = {
    _sendCommand: 2,
    _upgradeConnection: 1,
    _actionEHLO: 1,
    _onResponseTooLarge: 0,
    connect: 1,
    login: 2,
    quit: 0,
    close: 0,
  };
  for (const [name, parameters] of Object.entries(methods)) {
    test(`nodemailer has ${name} with ${parameters} parameters`, () => {
      const method: unknown = Reflect.get(SmtpConnection.prototype, name);
      assert.ok(typeof method === 'function', name);
      assert.equal(method.length, parameters);
    });
  }

  test('nodemailer starts with the members that are used', () => {
    const connection = new SmtpConnection();
    const members = [
      '_responseActions',
      '_responseQueue',
      '_socket',
      '_ehloLines',
      '_remainder',
      'secure',
      'secureConnection',
      'upgrading',
    ].map((name) => Reflect.get(connection, name));
    assert.deepEqual(members, [[], [], false, undefined, '', false, false, undefined]);
  });

  test('the hub room touches no private member but those that are tested here', () => {
    const texts = sourceFiles().filter(({ path }) => path.startsWith('hub/'));
    const touched = texts.flatMap(({ text }) => [...text.matchAll(/\b(?:this|super|connection)\??\.(_\w+)/g)]);
    const names = new Set(touched.map(([, name]) => name));
    assert.deepEqual([...names].toSorted(), [
      '_actionEHLO',
      '_ehloLines',
      '_onClose',
      '_onData',
      '_onEnd',
      '_onError',
      '_onResponseTooLarge',
      '_processResponse',
      '_remainder',
      '_responseActions',
      '_responseQueue',
      '_sendCommand',
      '_socket',
      '_upgradeConnection',
    ]);
  });

  test('HubConnection overrides only how octets, the reply to EHLO, TLS and the end of the connection are told', () => {
    const own = Object.getOwnPropertyNames(HubConnection.prototype).filter((name) => name !== 'constructor');
    const theirs = Object.getOwnPropertyNames(SmtpConnection.prototype);
    assert.deepEqual(
      own.filter((name) => theirs.includes(name)),
      ['_actionEHLO', '_onData', '_onResponseTooLarge', '_upgradeConnection', '_onEnd', '_onClose', '_onError'],
    );
  });

  test('nodemailer uses the socket that is handed over, and reads EHLO', async () => {
    await using peer = await scriptedPeer([...start, 'C: <gone>']);
    const { connection, socket } = await connectedTo(peer);
    assert.equal(connection._socket, socket);
    assert.deepEqual(connection._ehloLines, ['SIZE 1000', 'AUTH PLAIN'], 'without codes and first line');
    assert.deepEqual(connection._responseActions, [], 'nobody waits for anything');
    connection.close();
  });

  test('nodemailer gives replies to those who wait, in order, and logs as the watch assumes', async () => {
    const replies = ['S: 250-one', 'S: 250 1', 'S: 550 two', 'S: 354 three'];
    await using peer = await scriptedPeer([...start, 'C: ONE', 'C: TWO', ...replies, 'C: <gone>']);
    const { connection, logged, dialogue } = await connectedTo(peer);
    const given: string[] = [];
    for (const name of ['a', 'b']) connection._responseActions.push((reply) => given.push(`${name} ${reply}`));
    const last = new Promise<string>((resolve) => connection._responseActions.push(resolve));
    connection._sendCommand('ONE');
    connection._sendCommand('TWO');
    assert.equal(await last, '354 three');
    assert.deepEqual(given, ['a 250-one\n250 1', 'b 550 two']);

    assert.ok(dialogue().every(({ level }) => level === 'debug'));
    assert.deepEqual(
      dialogue().map(({ tnx, text }) => `${tnx} ${text}`),
      [
        'server 220 hub',
        'client EHLO me',
        'server 250-hub greets\n250-SIZE 1000\n250 AUTH PLAIN',
        'client ONE',
        'client TWO',
        'server 250-one\n250 1',
        'server 550 two',
        'server 354 three',
      ],
    );
    const established = logged.find(({ tnx }) => tnx === 'network');
    assert.deepEqual(established, { level: 'info', tnx: 'network', text: '%s established to %s:%s' });
    connection.close();
  });

  for (const end of ['S: <close>', 'S: <reset>']) {
    test(`nodemailer tells an error when somebody waits at ${end}`, async () => {
      await using peer = await scriptedPeer([...start, 'C: ONE', end]);
      const { connection, failed } = await connectedTo(peer);
      connection.ask(['ONE']);
      const code: unknown = Reflect.get(await failed, 'code');
      assert.equal(code, end === 'S: <close>' ? 'ECONNECTION' : 'ESOCKET');
    });
  }

  for (const [what, dialogue] of [
    ['it is closed', ['C: <gone>']],
    ['the hub hung up although nobody waited', ['S: <close>', 'C: <gone>']],
  ] as const) {
    test(`nodemailer is destroyed when ${what}, without an error`, async () => {
      await using peer = await scriptedPeer([...start, ...dialogue]);
      const { connection, errors } = await connectedTo(peer);
      assert.equal(connection.destroyed, false);
      const ended = new Promise<void>((resolve) => connection.once('end', resolve));
      if (what === 'it is closed') connection.close();
      await ended;
      assert.deepEqual([connection.destroyed, errors], [true, []]);
    });
  }

  test('nodemailer hangs up after 421, and gives it to the one who waits', async () => {
    await using peer = await scriptedPeer([...start, 'C: ONE', 'S: 421 bye', 'C: <gone>']);
    const { connection, errors } = await connectedTo(peer);
    assert.equal(await connection.ask(['ONE'])[0], '421 bye');
    await peer.played();
    assert.deepEqual(errors, []);
  });

  test('nodemailer tells an error when a reply comes that nobody waits for', async () => {
    await using peer = await scriptedPeer([...start, 'C: ONE', 'S: 250 one', 'S: 250 two', 'C: <gone>']);
    const { connection, failed } = await connectedTo(peer);
    connection.ask(['ONE']);
    assert.partialDeepStrictEqual({ ...(await failed) }, { code: 'EPROTOCOL', response: '250 two' });
  });
});

describe('HubConnection', { timeout: 60_000 }, () => {
  const capabilities: readonly (readonly [readonly string[], Readonly<Record<string, readonly string[]>>])[] = [
    [['250 hub'], {}],
    [
      ['250-hub greets you', '250-PIPELINING', '250-size 1000', '250-8BITMIME', '250 auth plain Login'],
      { PIPELINING: [], SIZE: ['1000'], '8BITMIME': [], AUTH: ['PLAIN', 'LOGIN'] },
    ],
    [['250-hub', '250 AUTH=LOGIN PLAIN'], { AUTH: ['LOGIN', 'PLAIN'] }],
    [['250-SIZE 5', '250 SMTPUTF8'], { SMTPUTF8: [] }],
  ];
  for (const [lines, expected] of capabilities) {
    test(`HubConnection.capabilities() reads ${lines.join(', ')}`, async () => {
      assert.deepEqual(await capabilitiesOf(lines), expected);
    });
  }

  test('HubConnection.capabilities() takes a reply apart once, however often it is asked, and the one behind TLS anew', () => {
    const connection = new HubConnection({});
    connection._ehloLines = ['SIZE 1', 'STARTTLS'];
    const first = connection.capabilities();
    assert.equal(connection.capabilities(), first);
    connection._ehloLines = ['SIZE 2'];
    assert.deepEqual([...connection.capabilities()], [['SIZE', ['2']]]);
  });

  test('HubConnection.capabilities() unites AUTH and AUTH=, which hubs send for old clients', async () => {
    const { AUTH = [] } = await capabilitiesOf(['250-hub', '250-AUTH PLAIN CRAM-MD5', '250 AUTH=LOGIN']);
    assert.deepEqual([...AUTH].toSorted(), ['CRAM-MD5', 'LOGIN', 'PLAIN']);
  });

  test('HubConnection.ask() sends all commands in one write and gives each its reply', async (context) => {
    const dialogue = ['C: ONE', 'C: TWO', 'C: THREE', 'S: 250 1', 'S: 250 2', 'S: 250 3', 'C: <gone>'];
    await using peer = await scriptedPeer([...start, ...dialogue]);
    const { connection, socket } = await connectedTo(peer);
    // What node:stream calls when a socket is uncorked.
    const write: unknown = Reflect.get(socket, '_writev');
    assert.ok(typeof write === 'function');
    const counted = context.mock.fn((...given: unknown[]): unknown => Reflect.apply(write, socket, given));
    Reflect.set(socket, '_writev', counted);
    assert.deepEqual(await Promise.all(connection.ask(['ONE', 'TWO', 'THREE'])), ['250 1', '250 2', '250 3']);
    assert.equal(counted.mock.callCount(), 1);
    assert.deepEqual(peer.turns, ['EHLO me\r\n', 'ONE\r\nTWO\r\nTHREE\r\n']);
    connection.close();
  });

  test('HubConnection.write() sends octets as they are', async () => {
    const octets = Buffer.from('\0\xff\r\n.\n', 'latin1');
    await using peer = await scriptedPeer([...start, 'C: <gone>']);
    const { connection } = await connectedTo(peer);
    await connection.write(octets);
    await connection.write(Buffer.alloc(0));
    connection.close();
    await peer.played();
    assert.equal(peer.turns[1], octets.toString('latin1'));
  });
});

async function capabilitiesOf(lines: readonly string[]): Promise<Record<string, readonly string[]>> {
  await using peer = await scriptedPeer(['S: 220 hub', 'C: EHLO me', ...lines.map((line) => `S: ${line}`)]);
  const { connection } = await connectedTo(peer);
  const found = Object.fromEntries(connection.capabilities());
  connection.close();
  return found;
}
