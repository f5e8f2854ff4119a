/** How fast a full queue becomes empty. It is filled before the time begins. msmtp has none: it sends one message after another. */

import { randomBytes } from 'node:crypto';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  arrival,
  type Bench,
  farewell,
  furnish,
  type Measured,
  measure,
  patienceFor,
  startDaemon,
  turnsOf,
  usedBy,
} from './bench.ts';
import { dmaFiles, type Program, queue } from './peers.ts';
import type { Scenario } from './scenarios.ts';

/** How many messages: those that send one after another need not send all to show how long each takes. */
export function messagesFor(program: Program, scenario: Scenario): number {
  const isSerial = program.id === 'msmtp' || program.id === 'nullmailer';
  return isSerial ? Math.min(scenario.messages, scenario.distance === 0 ? 100 : 30) : scenario.messages;
}

export async function drain(bench: Bench, program: Program, scenario: Scenario): Promise<Measured> {
  switch (program.id) {
    case 'ssmtp':
      return drainOurs(bench, program, scenario);
    case 'dma':
      return drainDma(bench, program, scenario);
    case 'nullmailer':
      return drainNullmailer(bench, program, scenario);
    default:
      return measure(bench, program, { ...scenario, call: scenario });
  }
}

/** One message is queued as usual; the others are copies of its file. */
async function drainOurs(bench: Bench, program: Program, scenario: Scenario): Promise<Measured> {
  for (const name of readdirSync(queue)) rmSync(join(queue, name));
  const { home } = bench.place;
  const fill = { ...program, leaves: 'nothing', words: withQueue(home, ['-odq', 'recipient-0@example.org']) } as const;
  await measure(bench, fill, { ...scenario, call: scenario, messages: 1 });
  const [first = ''] = readdirSync(queue);
  for (let count = 1; count < scenario.messages; count += 1)
    copyFileSync(join(queue, first), join(queue, first.replace(/^\w+/, randomBytes(8).toString('hex').toUpperCase())));
  const run = { ...program, words: withQueue(home, ['-q']) };
  return drained(bench, run, scenario);
}

function withQueue(home: string, words: readonly string[]) {
  return () => ['-C', join(home, 'queue.conf'), ...words];
}

async function drainDma(bench: Bench, program: Program, scenario: Scenario): Promise<Measured> {
  furnish(dmaFiles(scenario, ['DEFER']));
  await measure(bench, { ...program, leaves: 'nothing' }, { ...scenario, call: scenario, parallel: 10 });
  furnish(dmaFiles(scenario, []));
  return drained(bench, { ...program, words: () => ['-q'] }, scenario);
}

async function drained(bench: Bench, program: Program, scenario: Scenario): Promise<Measured> {
  const { sink, distance, stopwatch, place } = bench;
  sink.deliveries.length = 0;
  if (typeof distance !== 'string') await distance.take();
  const cost = await stopwatch.run({
    words: [program.path, ...program.words(scenario, place)],
    input: '/dev/null',
    output: join(place.home, 'output'),
    directory: place.home,
    count: 1,
    parallel: 1,
    seconds: patienceFor({ messages: scenario.messages, call: scenario }),
  });
  const last = await arrival(bench, { ...scenario, call: scenario });
  const caller = cost.ended - cost.begun;
  const delivered = program.leaves === 'at the hub' ? caller : last - cost.begun;
  return { caller, delivered, cpu: cost.cpu, ...(await turnsOf(bench, scenario)) };
}

/** Its daemon is started when the queue is full. */
async function drainNullmailer(bench: Bench, program: Program, scenario: Scenario): Promise<Measured> {
  if (!program.daemon) throw new TypeError('nullmailer has a daemon');
  await measure(bench, { ...program, leaves: 'nothing' }, { ...scenario, call: scenario });
  if (typeof bench.distance !== 'string') await bench.distance.take();
  const begun = Number(process.hrtime.bigint()) / 1e9;
  const daemon = startDaemon(bench, program.daemon);
  const last = await arrival(bench, { ...scenario, call: scenario });
  await farewell(scenario);
  const turns = await turnsOf(bench, scenario);
  const cpu = usedBy(daemon);
  daemon.kill();
  return { caller: last - begun, delivered: last - begun, cpu, ...turns };
}
