/** Whatever stands in a flag, a variable or a word: the hub hears the commands of one message, and the message has no field more. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { flags } from '../../src/cli/flags.ts';
import { keys, variableOf } from '../../src/config/keys.ts';
import type { System } from '../../src/system.ts';
import { type Machine, machine } from './machine.ts';

const payloads = [
  'x@y.example>\r\nRCPT TO:<evil@x.example',
  'x\nEvil: yes',
  'x\r\n\r\n.\r\nMAIL FROM:<evil@x.example>\r\n',
  'x\rRCPT TO:<evil@x.example>\r',
  'X-A: b\r\nEvil: yes',
  'x\0y',
  'x@y.example SIZE=1 NOTIFY=NEVER\r\nEvil: yes',
  'x\u2028Evil: yes\u0085Evil: yes',
];

/** Their values are paths or programs of the caller, or say where the hub is. */
const others = ['Queue', 'AuthPassCommand', 'mailhub', 'RemotePort'];

describe('nothing is injected', () => {
  let here: Machine;
  let environment: Record<string, string>;
  before(async () => {
    environment = {};
    here = await machine([], {
      get environment(): System['environment'] {
        return environment;
      },
    });
  });
  after(() => here[Symbol.asyncDispose]());

  const send = async (words: readonly string[], variables: Record<string, string> = {}) => {
    const before = here.arrived.length;
    environment = { HOME: here.home, ...variables };
    const { status, stderr } = await here.call(words, 'Subject: x\n\nhello\n');
    assert.notEqual(status, 70, stderr);
    assert.doesNotMatch(stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
    for (const { commands, text } of here.arrived.slice(before)) {
      for (const command of commands) {
        assert.match(command, /^(MAIL FROM|RCPT TO):<[^<>\r\n]*>( [!-~]+)*$/);
        assert.doesNotMatch(command, /<evil@/);
      }
      const [header = ''] = text.split('\r\n\r\n');
      assert.doesNotMatch(header, /^Evil:|\r(?!\n)|(?<!\r)\n/im);
      assert.equal(text.split('\r\n.\r\n').length, 1);
    }
  };

  for (const { names, value, gluedOnly } of flags.filter((flag) => flag.value !== undefined)) {
    for (const name of names) {
      test(`by ${name} ${value}`, async () => {
        for (const payload of payloads) {
          // What is a file is one in a directory of the test.
          const typed = /file/.test(value ?? '') ? join(here.home, payload.replaceAll(/[/\0]/g, '')) : payload;
          await send([...(gluedOnly ? [name + typed] : [name, typed]), 'bob@y.example']);
        }
      });
    }
  }

  test('by a recipient', async () => {
    for (const payload of payloads) await send([payload, 'bob@y.example']);
  });

  for (const key of keys.filter(({ name }) => !others.includes(name))) {
    const variable = variableOf(key);
    if (variable === undefined) continue;
    test(`by ${variable}`, async () => {
      for (const payload of payloads) await send(['bob@y.example'], { [variable]: payload });
    });
  }

  for (const variable of ['USER', 'LOGNAME', 'HOSTNAME', 'NAME', 'MAILHOST']) {
    test(`by ${variable}, which is not looked at`, async () => {
      for (const payload of payloads) await send(['bob@y.example'], { [variable]: payload });
    });
  }

  test('and many of these messages were sent all the same', () => assert.ok(here.arrived.length > 100));
});
