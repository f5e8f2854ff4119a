/** Many senders of several users at once, while hub, runners and senders die at random: nothing may be lost, nothing come twice. */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type Hub, startHub } from './hub.ts';
import { drain, newPlace, type Place } from './place.ts';
import { randomFrom } from './random.ts';

export interface Storm {
  readonly sent: number;
  /** The caller was told 0. */
  readonly accepted: number;
  /** The sender was killed, or was told that it was not accepted. */
  readonly open: number;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly uncertainTwice: number;
  readonly hubDeaths: number;
  readonly runnerDeaths: number;
  readonly senderDeaths: number;
  readonly seconds: number;
}

interface Person {
  readonly uid: number;
  readonly gid: number;
}

const isRoot = process.getuid?.() === 0;
const senders = isRoot ? ['daemon', 'bin', 'sys', 'games', 'mail'].map(personNamed) : [];
const owner = isRoot ? personNamed('news') : undefined;

export async function storm({ messages, seed }: { messages: number; seed: number }): Promise<Storm> {
  const started = Date.now();
  const random = randomFrom(seed);
  await using hub = await startHub();
  using place = newPlace(hub.mailhub, owner);
  const outcomes = new Map<string, boolean>();
  const deaths = { hub: 0, runner: 0, sender: 0 };
  let isOver = false;
  let said = '';
  let next = 0;

  async function sendAll(): Promise<void> {
    while (next < messages) {
      const subject = `m${next}`;
      next += 1;
      const user = senders[random() % Math.max(1, senders.length)];
      const child = place.start(['b@y.example'], user ? { user } : {});
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(`Subject: ${subject}\n\n${'x'.repeat(random() % 5000)}\n`);
      const isDoomed = random() % 15 === 0;
      const timer = isDoomed ? setTimeout(() => child.kill('SIGKILL'), 30 + (random() % 120)) : undefined;
      const [status] = (await once(child, 'close')) as [number | null]; // as the manual of 'close' says
      clearTimeout(timer);
      if (status === null) deaths.sender += 1;
      outcomes.set(subject, status === 0);
    }
  }

  async function runAndKill(): Promise<void> {
    while (!isOver) {
      const child = place.start(['queue', 'flush'], owner ? { user: owner } : {});
      child.stdin?.end();
      child.stderr?.on('data', (octets) => {
        said += octets;
      });
      const timer = setTimeout(
        () => {
          deaths.runner += 1;
          child.kill('SIGKILL');
        },
        100 + (random() % 900),
      );
      await once(child, 'close');
      clearTimeout(timer);
    }
  }

  async function killHub(): Promise<void> {
    while (!isOver) {
      await pause(300 + (random() % 700));
      deaths.hub += 1;
      await hub.setUp(false);
      await pause(50 + (random() % 300));
      await hub.setUp(true);
    }
  }

  const chaos = Promise.all([runAndKill(), runAndKill(), killHub()]);
  await Promise.all(Array.from({ length: 20 }, sendAll));
  isOver = true;
  await chaos;
  await hub.setUp(true);
  said += await drain(place, owner);
  return {
    ...judged(outcomes, hub, said, place),
    sent: messages,
    hubDeaths: deaths.hub,
    runnerDeaths: deaths.runner,
    senderDeaths: deaths.sender,
    seconds: (Date.now() - started) / 1000,
  };
}

/** A second copy is explained when nobody can have known that the first had arrived, or when a run has said so. */
function judged(outcomes: ReadonlyMap<string, boolean>, hub: Hub, said: string, place: Place) {
  const copies = Map.groupBy(hub.taken, ({ subject }) => subject);
  const twice: string[] = [];
  let uncertainTwice = 0;
  for (const [subject, taken] of copies) {
    if (taken.length < 2) continue;
    const isExplained = taken.slice(0, -1).every(({ isAcknowledged, id }) => !isAcknowledged || said.includes(id));
    if (isExplained) uncertainTwice += 1;
    else twice.push(subject);
  }
  const accepted = [...outcomes].filter(([, isAccepted]) => isAccepted);
  const lost = accepted.filter(([subject]) => !copies.has(subject)).map(([subject]) => subject);
  const left = place.files().filter((name) => /\.[nduhf]\d/.test(name));
  return {
    accepted: accepted.length,
    open: outcomes.size - accepted.length,
    lost: [...lost, ...left],
    twice,
    uncertainTwice,
  };
}

function personNamed(name: string): Person {
  const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
