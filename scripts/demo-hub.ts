/**
 * A mail hub for one message, for scripts/quickstart: insists on STARTTLS and CRAM-MD5, prints its port, then what it got.
 *
 *   demo-hub.ts DIRECTORY    writes the authority that signed its certificate to DIRECTORY/authority.pem
 */
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { demoCertificates } from './demo-certificate.ts';

const password = 'demo password';
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: demo-hub.ts DIRECTORY');

const { authority, server } = demoCertificates();
writeFileSync(`${directory}/authority.pem`, authority.certificate);

const hub = new SMTPServer({
  name: 'demo-hub',
  cert: server.certificate,
  key: server.key,
  authMethods: ['CRAM-MD5'],
  disableReverseLookup: true,
  onAuth({ username = '', validatePassword }, _session, answer) {
    if (validatePassword(password)) answer(null, { user: username });
    else answer(new Error('Wrong password'));
  },
  onData(stream, session, answer) {
    text(stream).then((message) => {
      process.stdout.write(describe(session, message));
      answer(null, 'accepted by the demo hub');
    }, answer);
  },
  onClose: () => hub.close(),
});

hub.listen(0, '127.0.0.1', () => {
  const address = hub.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stdout.write(`${address.port}\n`); // console.log() would colour a number where FORCE_COLOR is set
});

function describe({ envelope, tlsOptions, user }: SMTPServerSession, message: string): string {
  const { mailFrom, rcptTo } = envelope;
  const rows = [
    `connection  ${tlsOptions ? `${tlsOptions.version}, ${tlsOptions.name}` : 'not encrypted'}`,
    `login       ${user} by CRAM-MD5`,
    `envelope    MAIL FROM:<${mailFrom ? mailFrom.address : ''}>`,
    ...rcptTo.map(({ address }) => `            RCPT TO:<${address}>`),
    'message',
    ...message
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => `  | ${line}`),
  ];
  return rows.map((row) => `  ${row}\n`).join('');
}
