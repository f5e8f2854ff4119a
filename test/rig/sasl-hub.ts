/** A hub whose logins are judged by Cyrus SASL, which is told the channel binding of the TLS connection that it is made on. */

import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createServer, type TLSSocket } from 'node:tls';
import { saslPath } from './sasldb.ts';

export interface SaslHub extends AsyncDisposable {
  readonly port: number;
  /** What became of each login: `done alice`, `refused …`. */
  readonly verdicts: readonly string[];
  readonly hasAccepted: () => boolean;
}

export interface Terms {
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  /** What stands behind AUTH in its offer. */
  readonly offer: string;
  /** The binding is that of another connection. */
  readonly isForeign?: boolean;
}

/** `directory` holds `ssmtp-test.conf` for Cyrus SASL; the certificate and its key are PEM texts. */
export async function startSaslHub(
  directory: string,
  certificate: { readonly cert: string; readonly key: string },
  terms: Terms,
): Promise<SaslHub> {
  const verdicts: string[] = [];
  let hasAccepted = false;
  const { version } = terms;
  const server = createServer({ ...certificate, minVersion: version, maxVersion: version }, (socket) => {
    socket.on('error', () => undefined); // the client may go away when it likes
    const binding = bindingOf(socket, certificate.cert, terms);
    converse(socket, terms.offer, (mechanism) =>
      judge(socket, [directory, mechanism, binding.name, binding.data.toString('base64')]),
    ).then(
      () => {},
      () => socket.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hub has no port');

  /** Until the client hangs up. */
  async function converse(socket: TLSSocket, offer: string, judgeFor: (mechanism: string) => Judge): Promise<void> {
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 hub.test ESMTP');
    const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
    const hear = async () => {
      const { done, value } = await lines.next();
      if (done) throw new Error('the client has gone');
      return value;
    };
    for (;;) {
      const [verb = '', mechanism = '', first] = (await hear()).split(' ');
      if (verb === 'EHLO') say(`250-hub.test\r\n250 AUTH ${offer}`);
      else if (verb === 'AUTH') await logIn(judgeFor(mechanism), first);
      else if (verb === 'DATA') {
        say('354 go on');
        while ((await hear()) !== '.');
        hasAccepted = true;
        say('250 taken');
      } else say(verb === 'QUIT' ? '221 bye' : '250 ok');
    }

    async function logIn(judged: Judge, first: string | undefined): Promise<void> {
      if (first === undefined) say('334 ');
      let verdict = await judged(first ?? (await hear()));
      for (; verdict.startsWith('continue'); verdict = await judged(await hear())) say(`334 ${verdict.slice(9)}`);
      verdicts.push(verdict);
      say(verdict.startsWith('done') ? '235 welcome' : '535 no');
    }
  }

  return {
    port: address.port,
    verdicts,
    hasAccepted: () => hasAccepted,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

interface Binding {
  readonly name: string;
  readonly data: Buffer;
}

/** RFC 9266 and RFC 5929 §4.1, where the certificate is signed with SHA-256. */
function bindingOf(socket: TLSSocket, certificate: string, { version, isForeign = false }: Terms): Binding {
  if (isForeign)
    return { name: version === 'TLSv1.3' ? 'tls-exporter' : 'tls-server-end-point', data: Buffer.alloc(32) };
  if (version === 'TLSv1.3') {
    const data = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    return { name: 'tls-exporter', data };
  }
  const digest = new X509Certificate(certificate).fingerprint256.replaceAll(':', '');
  return { name: 'tls-server-end-point', data: Buffer.from(digest, 'hex') };
}

/** Given what the client says, in base64, gives the line of Cyrus SASL. */
type Judge = (said: string) => Promise<string>;

/** `words` are those of the script; it goes with its client. */
function judge(client: TLSSocket, words: readonly string[]): Judge {
  const script = `${import.meta.dirname}/sasl-server.py`;
  const child = spawn('python3', [script, ...words], { env: { ...process.env, SASL_PATH: saslPath() } });
  client.on('close', () => child.kill());
  const errors: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => errors.push(piece));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (said) => {
    child.stdin.write(`${said}\n`);
    const { done, value } = await lines.next();
    return done ? `refused ${Buffer.concat(errors)}` : value;
  };
}
