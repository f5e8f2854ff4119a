/**
 * A mail hub that takes any number of messages, for a machine with a network of its own: insists on STARTTLS and a login, and keeps an
 * object a line of what it got.
 *
 *   hub.ts PORT CERTIFICATE KEY PASSWORD FILE    prints a line when it listens
 */

import { appendFileSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly user: string;
  readonly to: readonly string[];
  readonly subject: string;
}

const [port, certificate = '', key = '', password = '', file = ''] = process.argv.slice(2);

const hub = new SMTPServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  disableReverseLookup: true,
  onAuth(login, _session, answer) {
    if (login.password === password || login.validatePassword(password)) answer(null, { user: login.username });
    else answer(new Error('Wrong password'));
  },
  onData(stream, { envelope, user }, answer) {
    text(stream).then((message) => {
      const subject = /^Subject: (.*?)\r?$/m.exec(message)?.[1] ?? '';
      const received: Received = { user: String(user), to: envelope.rcptTo.map(({ address }) => address), subject };
      appendFileSync(file, `${JSON.stringify(received)}\n`);
      answer(null, 'accepted');
    }, answer);
  },
});

hub.listen(Number(port), '127.0.0.1', () => console.log('listening'));
