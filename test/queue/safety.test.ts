/** readSafely: standard input becomes a message. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSafely } from '../../src/queue/safety.ts';
import { optionsWith } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';

/** `mail`'s users type the dot at a terminal; a program that pipes a text cannot have meant it. */
for (const { name, words, isTerminal, body } of [
  { name: 'ends at a lone dot that is typed', words: {}, isTerminal: true, body: 'one\n' },
  { name: 'takes a lone dot from a pipe as text', words: {}, isTerminal: false, body: 'one\n.\ntwo\n' },
  {
    name: 'takes every lone dot as text with -i, from a terminal too',
    words: { dotEndsMessage: false },
    isTerminal: true,
    body: 'one\n.\ntwo\n.\n',
  },
]) {
  test(`readSafely() ${name}`, async () => {
    const input = async function* () {
      yield Buffer.from('\none\n.\ntwo\n.\n');
    };
    const system = fakeSystem({ input, inputIsTerminal: () => isTerminal });
    const { message } = await readSafely(optionsWith(words), { place: undefined, id: 'A', system });
    assert.equal(Buffer.concat([...message.body.chunks()]).toString(), body);
  });
}
