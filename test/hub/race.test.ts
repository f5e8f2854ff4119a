/** race: the first address that connects wins, a slow one delays the others by a quarter of a second only. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { interleaved, race } from '../../src/hub/race.ts';

/** Attempts that end when the test says so. */
function field() {
  const asked: string[] = [];
  const cancelled: string[] = [];
  const ends = new Map<string, { won: () => void; failed: () => void }>();
  const begin = (address: string) => {
    asked.push(address);
    const connected = new Promise<string>((resolve, reject) => {
      ends.set(address, { won: () => resolve(`to ${address}`), failed: () => reject(new Error(`no ${address}`)) });
    });
    const cancel = () => {
      cancelled.push(address);
      ends.get(address)?.failed();
    };
    return { connected, cancel };
  };
  return { asked, cancelled, begin, end: (address: string) => ends.get(address) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('interleaved()', () => {
  for (const [addresses, order] of [
    [['::1', '::2', '::3', '1.1.1.1', '2.2.2.2'], '::1 1.1.1.1 ::2 2.2.2.2 ::3'],
    [['1.1.1.1', '::1', '::2', '::3'], '1.1.1.1 ::1 ::2 ::3'],
    [['1.1.1.1', '2.2.2.2'], '1.1.1.1 2.2.2.2'],
    [[], ''],
  ] as const) {
    test(`interleaved() makes "${order}" of ${addresses.length} addresses`, () => {
      assert.equal(interleaved(addresses).join(' '), order);
    });
  }
});

describe('race()', () => {
  test('race() asks the next one after 250 ms, takes the first that connects, and cancels the others', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const { asked, cancelled, begin, end } = field();
    const racing = race(['a', 'b', 'c', 'd'], begin);
    context.mock.timers.tick(249);
    assert.deepEqual(asked, ['a']);
    context.mock.timers.tick(1);
    context.mock.timers.tick(250);
    assert.deepEqual(asked, ['a', 'b', 'c']);
    end('b')?.won();
    assert.deepEqual(await racing, { connection: 'to b', rest: ['a', 'c', 'd'] });
    context.mock.timers.tick(10_000);
    await turn();
    assert.deepEqual(
      [asked, cancelled],
      [
        ['a', 'b', 'c'],
        ['a', 'c'],
      ],
    );
  });

  test('race() asks the next one at once when one fails', async () => {
    const { asked, begin, end } = field();
    const racing = race(['a', 'b'], begin);
    end('a')?.failed();
    await turn();
    assert.deepEqual(asked, ['a', 'b']);
    end('b')?.won();
    assert.deepEqual(await racing, { connection: 'to b', rest: [] });
  });

  test('race() rejects with what each address says, in order', async () => {
    const { begin, end } = field();
    const racing = race(['a', 'b'], begin);
    end('a')?.failed();
    await turn();
    end('b')?.failed();
    await assert.rejects(racing, (errors) => {
      assert.deepEqual(Array.isArray(errors) && errors.map((error) => error.message), ['no a', 'no b']);
      return true;
    });
  });
});
