/** A group of tests around one private Postfix, skipped with the reason where there can be none. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Accounts } from './dovecot.ts';
import type { Delivered } from './mailbox.ts';
import { type Postfix, startPostfix } from './postfix.ts';
import { type ServiceName, securityOf } from './postfix-services.ts';
import { type Call, type Outcome, runProgram } from './program.ts';
import { missingForEndToEnd } from './requirements.ts';

/** What is sent through Postfix, and how. */
export interface Letter extends Omit<Call, 'conf'> {
  /** The port of Postfix: `plain` unless said otherwise. */
  readonly port?: ServiceName;
  /** Lines of ssmtp.conf behind those that name the hub; later lines win. */
  readonly lines?: readonly string[];
  /** Where it must arrive: a new recipient unless said otherwise, who is also the only word unless there are `words`. */
  readonly at?: string;
}

export interface Rig {
  /** There only while tests run. */
  readonly hub: Postfix;
  /** Like node:test's; when it fails, Postfix's log is shown. */
  test(title: string, run: () => Promise<unknown>): void;
  /** An address that no other test of the group uses. */
  newRecipient(): string;
  send(letter: Letter): Promise<Outcome>;
  /** Sends, demands success without a word, and gives what arrived. */
  deliver(letter: Letter): Promise<Delivered>;
}

export const textMessage = 'Subject: hi\n\nhello\n';

export function describeWithPostfix(title: string, accounts: Accounts, define: (rig: Rig) => void): void {
  describe(title, { skip: missingForEndToEnd }, () => {
    let hub: Postfix | undefined;
    before(async () => {
      hub = await startPostfix(accounts);
    });
    after(() => hub?.close());
    define(rigAround(() => hub));
  });
}

function rigAround(running: () => Postfix | undefined): Rig {
  let recipients = 0;
  const rig: Rig = {
    get hub() {
      const hub = running();
      if (hub === undefined) throw new Error('Postfix runs only while tests run');
      return hub;
    },
    test: (name, run) => {
      test(name, async () => {
        await run().catch((error: unknown) => failWithLog(error, running()));
      });
    },
    newRecipient() {
      recipients += 1;
      return `recipient-${recipients}@example.net`;
    },
    send: ({ port = 'plain', lines = [], at = rig.newRecipient(), ...call }) =>
      runProgram({ words: ['-i', at], stdin: textMessage, ...call, conf: configuration(rig.hub, port, lines) }),
    async deliver({ at = rig.newRecipient(), ...letter }) {
      const { status, signal, stdout, stderr } = await rig.send({ ...letter, at });
      assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: undefined, stdout: '', stderr: '' });
      return rig.hub.mailbox.copyFor(at);
    },
  };
  return rig;
}

/** Text that stands for bytes, as all of `Call` does. */
function configuration({ ports, certificates }: Postfix, port: ServiceName, lines: readonly string[]): string {
  const { host, conf } = securityOf(port);
  const hub = [
    `mailhub=${host}:${ports[port]}`,
    `TLS_CA_File=${certificates.authority}`,
    ...conf,
    'hostname=client.test',
  ];
  return [...hub, ...lines, ''].join('\n');
}

async function failWithLog(error: unknown, hub: Postfix | undefined): Promise<never> {
  console.error(`Log of Postfix and Dovecot:\n${await hub?.log()}`);
  throw error;
}
