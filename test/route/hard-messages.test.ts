/** Hard messages leave in a form that every hub takes, and go to those whom two other readings find as well. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import addressParser from 'nodemailer/lib/addressparser';
import { letterFor } from '../../src/hub/letter.ts';
import { fitted } from '../../src/message/fit.ts';
import { mustBeFitted } from '../../src/message/fitness.ts';
import { fieldValue, headerOctets } from '../../src/message/header-block.ts';
import { readMessage } from '../../src/message/read-message.ts';
import type { Message } from '../../src/message/types.ts';
import { wireEncoder } from '../../src/message/wire.ts';
import { fakeSystem } from '../system/fake-system.ts';
import { type HardMessage, hardMessages } from './hard-messages.ts';
import { optionsWith, passage, settingsWith, textOf } from './pieces.ts';

const settings = settingsWith({ rewriteDomain: 'example.org' });

function read(text: string): Promise<Message> {
  return readMessage([Buffer.from(text, 'latin1')], { loneDot: 'text', temporaryDirectories: [] });
}

/** As it leaves for a hub that has only what RFC 5321 asks for. */
async function leaving(text: string) {
  const options = optionsWith({ recipientsFromHeader: true });
  const made = letterFor(await read(text), options, { settings, system: fakeSystem(), passage });
  const message = mustBeFitted(made.message, false) ? fitted(made.message, false) : made.message;
  return { envelope: made.envelope, message };
}

function onTheWire({ fields, body }: Message): string {
  const encoder = wireEncoder();
  const pieces = [headerOctets(fields), ...body.chunks()].map((piece) => encoder.encode(piece));
  return pieces.join('') + encoder.end();
}

describe('a hard message', () => {
  for (const { what, text, recipients } of hardMessages) {
    test(`with ${what} goes to whom it names`, async () => {
      assert.deepEqual((await leaving(text)).envelope.recipients, recipients);
    });

    test(`with ${what} leaves in lines that every hub takes`, async () => {
      const wire = onTheWire((await leaving(text)).message);
      const lines = wire.split('\r\n');
      assert.doesNotMatch(wire.replaceAll('\r\n', ''), /[\r\n]/);
      assert.ok(lines.every((line) => line.length <= 998 + (line.startsWith('..') ? 1 : 0)));
      if (!what.startsWith('a multipart that')) assert.doesNotMatch(wire, /[\x80-\xff]/);
    });

    test(`with ${what} is not changed by a second pass`, async () => {
      const once = await leaving(text);
      const twice = await leaving(`Bcc: ${recipients[0]}\n${textOf(once.message)}`);
      const [received, ...fields] = twice.message.fields;
      assert.equal(received?.name, 'Received');
      assert.equal(textOf({ ...twice.message, fields }), textOf(once.message));
    });
  }
});

/** Addresses as they are compared: those of this machine completed, each once. */
function known(addresses: readonly string[]): string[] {
  const complete = addresses
    .filter((address) => address !== '')
    .map((address) =>
      address.includes('@') ? address.replace(/@(localhost|box)$/, '@example.org') : `${address}@example.org`,
    );
  const folded = complete.map((address) => address.replace(/@[^@]*$/, (domain) => domain.toLowerCase()));
  return [...new Set(folded)].toSorted();
}

const ours = ({ recipients }: HardMessage) => known(recipients);

describe("nodemailer's addressparser", () => {
  for (const each of hardMessages.filter(({ nodemailer }) => nodemailer === undefined)) {
    test(`finds the same recipients in a message with ${each.what}`, async () => {
      const { fields } = await read(each.text);
      const values = fields
        .filter(({ name }) => /^(to|cc|bcc)$/i.test(name))
        .map((field) => Buffer.from(fieldValue(field), 'latin1').toString());
      const found = values.flatMap((value) => addressParser(value, { flatten: true }).map(({ address }) => address));
      assert.deepEqual(known(found), ours(each));
    });
  }
});

const script = `
import email, email.policy, email.utils, json, sys
# A Python that is strict (3.13, and older ones with the fix of CVE-2023-27043) finds nobody in fields that it takes for malformed.
lenient = {'strict': False} if getattr(email.utils, 'supports_strict_parsing', False) else {}
found = []
for text in json.load(sys.stdin):
    message = email.message_from_bytes(text.encode('latin1'), policy=email.policy.compat32)
    values = [str(v) for name in ('to', 'cc', 'bcc') for v in message.get_all(name, [])]
    found.append([address for _, address in email.utils.getaddresses(values, **lenient)])
json.dump(found, sys.stdout)
`;

const python = spawnSync('python3', ['-c', script], {
  input: JSON.stringify(hardMessages.map(({ text }) => text)),
  maxBuffer: 1 << 28,
  encoding: 'utf8',
});
const isMissing = python.error !== undefined && 'SKIPPED: there is no python3';

describe("Python's email package", () => {
  for (const [index, each] of hardMessages.entries()) {
    if (each.python !== undefined) continue;
    test(`finds the same recipients in a message with ${each.what}`, { skip: isMissing }, () => {
      assert.equal(python.stderr, '');
      const found: string[][] = JSON.parse(python.stdout);
      assert.deepEqual(known(found[index] ?? []), ours(each));
    });
  }
});
