/**
 * The process is killed, or the system fails it, at every system call by which a message goes through the queue, one call in
 * each run. Afterwards the message must have arrived once, or its caller must know that it was not accepted.
 */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Hub, startHub } from './hub.ts';
import { drain, newPlace, type Place } from './place.ts';

export interface Scenario {
  readonly name: string;
  /** What the hub is while the program runs: `down`, or what it says to RCPT. */
  readonly hub: 'up' | 'down' | 'defers';
  /** The program runs the queue, in which the message lies already. */
  readonly isRun: boolean;
  readonly words: readonly string[];
}

export const scenarios: readonly Scenario[] = [
  { name: 'send, hub up', hub: 'up', isRun: false, words: ['b@y.example'] },
  { name: 'send, hub down', hub: 'down', isRun: false, words: ['b@y.example'] },
  { name: 'send, hub defers', hub: 'defers', isRun: false, words: ['b@y.example'] },
  { name: 'send -odq', hub: 'up', isRun: false, words: ['-odq', 'b@y.example'] },
  { name: 'run, hub up', hub: 'up', isRun: true, words: ['queue', 'flush'] },
  { name: 'run, hub defers', hub: 'defers', isRun: true, words: ['queue', 'flush'] },
];

/** The last ones change nothing that others see, but a process can die there as well. */
const calls = ['openat', 'fchmod', 'write', 'pwrite64', 'rename', 'fsync', 'unlink', 'statx', 'close'] as const;

interface Point {
  readonly call: string;
  /** How many calls of this name the main thread has made then. */
  readonly count: number;
}

export type Verdict = 'once' | 'not accepted' | 'uncertain, once' | 'uncertain, twice' | 'kept' | 'LOST' | 'TWICE';
export type Tally = Partial<Record<Verdict, number>>;

/** `error` is undefined for SIGKILL. */
export async function torture(
  scenario: Scenario,
  error: string | undefined,
  every = 1,
): Promise<{ points: number; tally: Tally; bad: string[] }> {
  await using hub = await startHub();
  const points = (await pointsOf(scenario, hub)).filter((point) => error === undefined || canFail(point, error));
  const chosen = points.filter((_point, index) => index % every === 0);
  const tally: Tally = {};
  const bad: string[] = [];
  for (const [index, point] of chosen.entries()) {
    const verdict = await runWith(scenario, { hub, point, error, subject: `${index}` });
    tally[verdict] = (tally[verdict] ?? 0) + 1;
    if (verdict === 'LOST' || verdict === 'TWICE')
      bad.push(`${scenario.name}: ${verdict} at ${point.call} ${point.count} (${error ?? 'killed'})`);
  }
  return { points: chosen.length, tally, bad };
}

/** What could fail so: a full disk is no reason to refuse a close. */
function canFail({ call }: Point, error: string): boolean {
  const cannot: Readonly<Record<string, readonly string[]>> = {
    ENOSPC: ['close', 'unlink', 'statx', 'fchmod'],
    EMFILE: ['close', 'unlink', 'statx', 'fchmod', 'write', 'pwrite64', 'rename', 'fsync'],
    EROFS: ['close', 'statx', 'fsync', 'write', 'pwrite64'],
    EIO: ['close'],
  };
  return !(cannot[error] ?? []).includes(call);
}

/** The calls that touch the queue or speak with the hub, as a run without failures shows them. */
async function pointsOf(scenario: Scenario, hub: Hub): Promise<Point[]> {
  using place = newPlace(hub.mailhub);
  await prepare(scenario, place, hub, 'trace');
  const log = join(place.home, 'trace');
  await place.run(scenario.words, {
    stdin: letter('trace'),
    under: ['strace', '-f', '-qq', '-o', log, '-e', `trace=${calls.join(',')}`],
  });
  await hub.setUp(true);
  const lines = readFileSync(log, 'latin1').split('\n');
  const main = lines[0]?.split(' ')[0];
  const counts = new Map<string, number>();
  const descriptors = new Set<string>();
  const points: Point[] = [];
  for (const line of lines.filter((each) => each.startsWith(`${main} `))) {
    const [, call = '', rest = ''] = /^\d+ +(\w+)\((.*)$/s.exec(line) ?? [];
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    const isQueue = rest.includes(place.queue);
    if (call === 'openat' && isQueue) descriptors.add(/= (\d+)$/.exec(rest)?.[1] ?? '');
    const isOurs = descriptors.has(/^(\d+)/.exec(rest)?.[1] ?? '');
    const isSpeech = call === 'write' && /^\d+, "(EHLO|MAIL|RCPT|DATA|Received|QUIT)/.test(rest);
    if (isQueue || isOurs || isSpeech) points.push({ call, count });
  }
  return points;
}

async function prepare({ hub: state, isRun }: Scenario, place: Place, hub: Hub, subject: string): Promise<void> {
  if (isRun) await place.run(['-odq', 'b@y.example'], { stdin: letter(subject) });
  hub.toRecipient = state === 'defers' ? '451 4.2.1 not now' : '250 2.1.5 fine';
  await hub.setUp(state !== 'down');
}

const letter = (subject: string) => `Subject: ${subject}\n\n${'hello\n'.repeat(10)}`;

async function runWith(
  scenario: Scenario,
  { hub, point, error, subject }: { hub: Hub; point: Point; error: string | undefined; subject: string },
): Promise<Verdict> {
  using place = newPlace(hub.mailhub);
  await prepare(scenario, place, hub, subject);
  hub.taken.length = 0;
  const what = error === undefined ? 'signal=KILL' : `error=${error}`;
  const under = [
    'strace',
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${point.call}`,
    '-e',
    `inject=${point.call}:${what}:when=${point.count}`,
  ];
  const { status } = await place.run(scenario.words, { stdin: letter(subject), under });
  const wasUncertain = place.files().some((name) => name.includes('.u'));
  const isKept = existsSync(join(place.home, 'dead.letter'));
  await hub.setUp(true);
  hub.toRecipient = '250 2.1.5 fine';
  await drain(place);
  const isHeld = place.files().some((name) => name.includes('.h'));
  const count = hub.taken.length;
  rmSync(join(place.home, 'dead.letter'), { force: true });
  if (count > 1) return wasUncertain ? 'uncertain, twice' : 'TWICE';
  if (count === 1) return wasUncertain ? 'uncertain, once' : 'once';
  if (isKept || isHeld) return 'kept';
  return scenario.isRun || status === 0 ? 'LOST' : 'not accepted';
}
