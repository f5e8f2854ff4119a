/** A group of tests around one private mail hub, skipped with the reason where there can be none. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Accounts } from './dovecot.ts';
import { missingForExim, startExim } from './exim.ts';
import { type EximService, securityOf as securityOfExim } from './exim-services.ts';
import type { Delivered } from './mailbox.ts';
import { startPostfix } from './postfix.ts';
import { type ServiceName, securityOf as securityOfPostfix } from './postfix-services.ts';
import type { Hub } from './private-hub.ts';
import { type Call, type Outcome, runProgram } from './program.ts';
import { missingForEndToEnd } from './requirements.ts';
import { assertKept, longEnough, secretsIn } from './secrets.ts';

/** What is sent through the hub, and how. */
export interface Letter<Port extends string = ServiceName> extends Omit<Call, 'conf'> {
  /** The port of the hub: `plain` unless said otherwise. */
  readonly port?: Port;
  /** Lines of ssmtp.conf behind those that name the hub; later lines win. */
  readonly lines?: readonly string[];
  /** Where it must arrive: a new recipient unless said otherwise, who is also the only word unless there are `words`. */
  readonly at?: string;
}

export interface Rig<Port extends string = ServiceName> {
  /** There only while tests run. */
  readonly hub: Hub<Port>;
  /** Like node:test's; when it fails, the hub's log is shown. `skip` is the reason not to run it. */
  test(title: string, run: () => Promise<unknown>, skip?: string | false): void;
  /** An address that no other test of the group uses. */
  newRecipient(): string;
  send(letter: Letter<Port>): Promise<Outcome>;
  /** Sends, demands success without a word, and gives what arrived. */
  deliver(letter: Letter<Port>): Promise<Delivered>;
}

export const textMessage = 'Subject: hi\n\nhello\n';

export function describeWithPostfix(title: string, accounts: Accounts, define: (rig: Rig) => void): void {
  const kind = { skip: missingForEndToEnd, start: startPostfix, securityOf: securityOfPostfix };
  describeWithHub(title, { ...kind, plain: 'plain' }, { accounts, define });
}

export function describeWithExim(title: string, accounts: Accounts, define: (rig: Rig<EximService>) => void): void {
  const kind = { skip: missingForExim(), start: startExim, securityOf: securityOfExim };
  describeWithHub(title, { ...kind, plain: 'plain' }, { accounts, define });
}

interface Kind<Port extends string> {
  readonly skip: string | false;
  readonly start: (accounts: Accounts) => Promise<Hub<Port>>;
  /** What a configuration says to speak to a port: the host, and lines that choose TLS. */
  readonly securityOf: (port: Port) => { readonly host: string; readonly conf: readonly string[] };
  /** The port without TLS and login. */
  readonly plain: Port;
}

interface Group<Port extends string> {
  readonly accounts: Accounts;
  readonly define: (rig: Rig<Port>) => void;
}

function describeWithHub<Port extends string>(
  title: string,
  kind: Kind<Port>,
  { accounts, define }: Group<Port>,
): void {
  describe(title, { skip: kind.skip }, () => {
    let hub: Hub<Port> | undefined;
    const secrets = new Set(Object.values(accounts).filter(longEnough));
    before(async () => {
      hub = await kind.start(accounts);
    });
    after(() => hub?.close());
    define(rigAround(() => hub, kind, secrets));
    test('no password is in what the hub has logged, queued or delivered', async () => {
      await hub?.stop();
      const { directory = '', passwordFiles: given = [] } = hub ?? {};
      await assertKept([...secrets], { printed: [], directory, given });
    });
  });
}

function rigAround<Port extends string>(
  running: () => Hub<Port> | undefined,
  { plain, securityOf }: Kind<Port>,
  secrets: Set<string>,
): Rig<Port> {
  let recipients = 0;
  const rig: Rig<Port> = {
    get hub() {
      const hub = running();
      if (hub === undefined) throw new Error('the hub runs only while tests run');
      return hub;
    },
    test: (name, run, skip = false) => {
      test(name, { skip }, async () => {
        await run().catch((error: unknown) => failWithLog(error, running()));
      });
    },
    newRecipient() {
      recipients += 1;
      return `recipient-${recipients}@example.net`;
    },
    send({ port = plain, lines = [], at = rig.newRecipient(), ...call }) {
      const { ports, certificates } = rig.hub;
      const { host, conf } = securityOf(port);
      // Text that stands for bytes, as all of `Call` does.
      const hub = [`mailhub=${host}:${ports[port]}`, `TLS_CA_File=${certificates.authority}`, ...conf];
      const all: Call = {
        words: ['-i', at],
        stdin: textMessage,
        ...call,
        conf: [...hub, 'hostname=client.test', ...lines, ''].join('\n'),
      };
      for (const secret of secretsIn(all)) secrets.add(secret);
      return runProgram(all);
    },
    async deliver({ at = rig.newRecipient(), ...letter }) {
      const { status, signal, stdout, stderr } = await rig.send({ ...letter, at });
      assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: undefined, stdout: '', stderr: '' });
      return rig.hub.mailbox.copyFor(at);
    },
  };
  return rig;
}

async function failWithLog(error: unknown, hub: Hub<string> | undefined): Promise<never> {
  console.error(`Log of the hub:\n${await hub?.log()}`);
  throw error;
}
