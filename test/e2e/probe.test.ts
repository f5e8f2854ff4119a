/** `--probe` against a real hub: what it finds, what monitoring is told, and that no message leaves. */

import assert from 'node:assert/strict';
import type { ServiceName } from '../rig/postfix-services.ts';
import { describeWithPostfix } from '../rig/suite.ts';

describeWithPostfix('--probe', { alice: 'secret' }, (rig) => {
  const probe = (port: ServiceName, lines: readonly string[] = [], words: readonly string[] = []) =>
    rig.send({ name: 'ssmtp', port, lines, words: ['--probe', ...words], stdin: '' });

  const login = ['AuthUser=alice', 'AuthPass=secret', 'root=admin@example.net'];

  for (const port of ['startTlsLogin', 'implicitTlsLogin'] as const) {
    rig.test(`${port}: every step, within 80 columns, in plain text`, async () => {
      const { status, stdout, stderr } = await probe(port, login);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      const steps = [
        ...stdout.matchAll(/^ {2}(\S+) +(resolve|connect|greeting|ehlo|tls|login|mail|rcpt|rset) .* \d+ ms$/gm),
      ];
      const names = steps.map(([, , name]) => name);
      const encrypted = port === 'startTlsLogin' ? ['greeting', 'ehlo', 'tls', 'ehlo'] : ['tls', 'greeting', 'ehlo'];
      assert.deepEqual(names, ['resolve', 'connect', ...encrypted, 'login', 'mail', 'rcpt', 'rset']);
      assert.ok(steps.every(([, result]) => result === 'ok'));
      assert.match(stdout, / tls +TLSv1\.3 TLS_\w+/);
      assert.match(
        stdout,
        / shows +hub\.test, localhost, .*signed by\n? +ssmtp test authority\n +valid from .*, 29 days left\n/,
      );
      assert.match(stdout, / login +SCRAM-SHA-256: /);
      assert.match(stdout, / rcpt +admin@example\.net: 250 /);
      assert.match(stdout, / takes +messages of up to 200000000 octets\n/);
      assert.match(stdout, /\n\nMail would leave\n$/);
      assert.ok(stdout.split('\n').every((line) => line.length <= 80));
      assert.doesNotMatch(stdout, /secret|\x1b/);
    });
  }

  rig.test('no message leaves, and no DATA is said', async () => {
    await probe('plain', [], ['probed@example.net']);
    const log = await rig.hub.log();
    assert.match(log, /rcpt=1 rset=1 quit=1 commands=/);
    assert.doesNotMatch(log, / data=/);
  });

  for (const [port, why] of [
    ['expired', /FAIL tls its certificate has expired.* expired \d+ days ago/],
    ['expiredImplicit', /FAIL tls its certificate has expired.* expired \d+ days ago/],
    ['selfSigned', /FAIL tls its certificate is signed by an unknown authority.* signed by itself/],
    ['wrongName', /FAIL tls its certificate is for another name.* shows somewhere\.else\.test/],
  ] as const) {
    rig.test(`${port}: what the hub shows is told, though it is not trusted`, async () => {
      const { status, stdout } = await probe(port);
      assert.equal(status, 2);
      // Without the times, which stand at the end of lines, and without the breaks of lines.
      assert.match(stdout.replaceAll(/ +\d+ ms$/gm, '').replaceAll(/\s+/g, ' '), why);
      assert.match(stdout, /\nMail would not leave\n$/);
      assert.doesNotMatch(await rig.hub.log(), new RegExp(`postfix/${port}/.* (auth|mail)=`));
    });
  }

  rig.test('a wrong password is critical', async () => {
    const { status, stdout } = await probe('startTlsLogin', ['AuthUser=alice', 'AuthPass=wrong']);
    assert.equal(status, 2);
    assert.match(stdout, /FAIL {2}login +535 /);
    assert.match(stdout, /Check AuthUser= and AuthPass=/);
  });

  rig.test('a recipient who is refused for now is a warning, one refused for good is critical', async () => {
    assert.equal((await probe('plain', [], ['busy@example.net'])).status, 1);
    assert.equal((await probe('plain', [], ['refused@example.net', 'busy@example.net'])).status, 2);
  });

  rig.test('of several hubs one is enough, and the other is told; machines read JSON', async () => {
    const lines = [`mailhub=127.0.0.1:1,127.0.0.1:${rig.hub.ports.startTls}`];
    const { status, stdout } = await probe('startTls', lines, ['--json']);
    assert.equal(status, 1);
    const { state, hubs } = JSON.parse(stdout);
    assert.equal(state, 'warning');
    assert.deepEqual(
      hubs.map((hub: { state: string }) => hub.state),
      ['critical', 'ok'],
    );
    const [dead, alive] = hubs;
    assert.deepEqual([dead.failure.kind, dead.failure.status, dead.tls], ['unavailable', 69, null]);
    assert.deepEqual([alive.tls.version, alive.tls.is_trusted, alive.size_limit], ['TLSv1.3', true, 200_000_000]);
    assert.deepEqual(alive.tls.certificates[0].names.slice(0, 2), ['hub.test', 'localhost']);
    assert.equal(alive.tls.certificates[0].days_left, 29);
    assert.ok('PIPELINING' in alive.capabilities);
  });

  rig.test('the hub of an account is asked with that login', async () => {
    const lines = ['[account work]', 'match=*@work.example', `mailhub=127.0.0.1:${rig.hub.ports.startTlsLogin}`];
    const { status, stdout } = await probe('startTls', [...lines, 'AuthUser=alice', 'AuthPass=secret']);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /\naccount work: 127\.0\.0\.1 port \d+, STARTTLS required, login as "alice"\n/);
    assert.match(stdout, / mail +\w+@work\.example: 250 /);
  });

  rig.test('a configuration that nobody can use is critical', async () => {
    const { status, stdout } = await probe('plain', ['RemotePort=x']);
    assert.equal(status, 2);
    assert.match(stdout, /:4: Cannot use RemotePort="x": it\n.*\n\nMail would not leave\n$/);
    const { failure } = JSON.parse((await probe('plain', ['RemotePort=x'], ['--json'])).stdout);
    assert.deepEqual([failure.kind, failure.status], ['config', 78]);
  });
});
