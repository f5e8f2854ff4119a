/** What a long queue costs: listing it, starting a run while the hub is down, and delivering over a distance. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHub } from './hub.ts';
import { newPlace, type Place } from './place.ts';

export interface Cost {
  readonly seconds: number;
  /** Megabytes. */
  readonly memory: number;
}

export async function longQueue(messages: number): Promise<{ mailq: Cost; run: Cost }> {
  await using hub = await startHub();
  using place = newPlace(hub.mailhub);
  await fill(place, messages);
  const mailq = await measured(place, ['-bp']);
  await hub.setUp(false);
  return { mailq, run: await measured(place, ['-q']) };
}

/** Messages a second, and how often a session waited for each, at a hub whose answers take that many milliseconds. */
export async function drainRate(
  messages: number,
  delay: number,
): Promise<{ rate: number; turns: number; arrived: number }> {
  await using hub = await startHub();
  using place = newPlace(hub.mailhub);
  await fill(place, messages);
  hub.delay = delay;
  hub.turns = 0;
  const started = Date.now();
  await place.run(['-q']);
  const seconds = (Date.now() - started) / 1000;
  return {
    rate: messages / seconds,
    turns: hub.turns / messages,
    arrived: new Set(hub.taken.map(({ id }) => id)).size,
  };
}

/** One real message, laid there many times under new ids. */
async function fill(place: Place, messages: number): Promise<void> {
  await place.run(['-odq', 'b@y.example'], { stdin: 'Subject: x\n\nhello\n' });
  const [name = ''] = place.files();
  const octets = readFileSync(join(place.queue, name));
  for (let count = 1; count < messages; count += 1) {
    const id = `${name.slice(0, 8)}${count.toString(16).toUpperCase().padStart(8, '0')}`;
    writeFileSync(join(place.queue, id + name.slice(16)), octets);
  }
}

async function measured(place: Place, words: readonly string[]): Promise<Cost> {
  const { stderr } = await place.run(words, { under: ['/usr/bin/time', '-f', '%e %M'] });
  const [seconds = 0, kilobytes = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, memory: kilobytes / 1024 };
}
