/**
 * A machine with a queue of its own, a clock that is set by hand, and a hub that is up or down: messages are sent and the
 * queue is run by the program itself, inside the test's process.
 */

import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from '../../src/run.ts';
import type { System } from '../../src/system.ts';
import { type ScriptedPeer, scriptedPeer, type Talk } from '../hub/scripted-peer.ts';
import { fakeSystem } from '../system/fake-system.ts';

/** A message as the hub got it. */
export interface Arrived {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** MAIL and RCPT commands as they were said. */
  readonly commands: readonly string[];
  /** Lines end in CRLF, dots are still doubled; latin1. */
  readonly text: string;
}

export interface Outcome {
  readonly status: number;
  readonly stderr: string;
  readonly stdout: string;
}

export interface Machine extends AsyncDisposable {
  readonly queue: string;
  readonly home: string;
  readonly arrived: Arrived[];
  /** Lines that the hub accepted a connection for. */
  readonly connections: () => number;
  /** Runs the program under the name ssmtp. */
  call(words: readonly string[], stdin?: string): Promise<Outcome>;
  /** Moves the clock on. */
  wait(seconds: number): void;
  /** Seconds since 1970, by that clock. */
  seconds(): number;
  /** The hub is there, or nobody listens. */
  setHub(isUp: boolean): Promise<void>;
  /** What the hub says to the final dot from now on; undefined: it hangs up. */
  answerToDot: string | undefined;
  /** More EHLO keywords. */
  extensions: string[];
  /** What the hub does with more than one client at a time: the others wait until those before have gone, or are sent away. */
  room: 'any' | 'one, others wait' | 'one, others are refused';
  /** Messages that the hub takes in a session, before it ends it with 421. */
  messagesInSession: number;
  /** Milliseconds until the hub sends a client away, and until it answers to a message. */
  delay: { refusal: number; answer: number };
  /** Words with which the program was to be started again. */
  readonly startedAgain: string[][];
  /** Names of the files in the queue, sorted. */
  files(): string[];
  /** Gives files whose name has this shape another one. */
  rename(shape: RegExp, to: (name: string) => string): void;
}

export async function machine(lines: readonly string[] = [], changes: Partial<System> = {}): Promise<Machine> {
  const home = mkdtempSync(join(tmpdir(), 'ssmtp-test-machine-'));
  const queue = mkdtempSync(join(home, 'queue-'));
  const arrived: Arrived[] = [];
  const startedAgain: string[][] = [];
  let now = Date.UTC(2026, 10, 24, 10, 0, 0);
  let ids = 0;
  let peer: ScriptedPeer | undefined;
  let connections = 0;

  let lastServed: Promise<unknown> = Promise.resolve();
  let present = 0;
  const scene = async (talk: Talk) => {
    connections += 1;
    if (self.room === 'one, others are refused' && present > 0) {
      await setTimeout(self.delay.refusal);
      return talk.say('421 4.7.0 too many connections');
    }
    const before = self.room === 'one, others wait' ? lastServed : undefined;
    present += 1;
    const served = Promise.resolve(before).then(() => serve(talk, self, arrived));
    lastServed = served.catch(() => undefined);
    await served.finally(() => {
      present -= 1;
    });
  };

  const self: Machine = {
    queue,
    home,
    arrived,
    startedAgain,
    answerToDot: '250 2.0.0 taken',
    extensions: [],
    room: 'any',
    messagesInSession: Infinity,
    delay: { refusal: 0, answer: 0 },
    connections: () => connections,
    async call(words, stdin = '') {
      let stderr = '';
      let stdout = '';
      const port = peer?.port ?? 1;
      const configuration = [
        `mailhub=127.0.0.1:${port}`,
        'hostname=here.example',
        'root=admin@example.org',
        `Queue=${queue}`,
      ];
      const system = fakeSystem({
        programName: 'ssmtp',
        environment: { HOME: home },
        user: () => ({ uid: process.getuid?.() ?? 0, name: 'alice', fullName: 'Alice Example', home }),
        userOf: (uid) => ({ uid, name: 'alice', fullName: 'Alice Example', home }),
        now: () => new Date(now),
        randomHex: (octets) =>
          (ids++)
            .toString(16)
            .padStart(octets * 2, '0')
            .slice(-octets * 2),
        readFile: (path) => {
          if (path === '/ssmtp.conf') return `${[...configuration, ...lines].join('\n')}\n`;
          throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', errno: -2 });
        },
        input: () => inPieces(Buffer.from(stdin, 'latin1')),
        tell: (text) => {
          stderr += text;
        },
        print: (text) => {
          stdout += text.toString('latin1');
        },
        isRunning: (mark) => mark === '1.1.1.1',
        startAgain: (entry, configFile = '') => startedAgain.push([entry, configFile]),
        ...changes,
      });
      const status = await run([...words, '-C', '/ssmtp.conf'], system);
      return { status, stderr, stdout };
    },
    wait(seconds) {
      now += seconds * 1000;
    },
    seconds: () => Math.floor(now / 1000),
    rename(shape, to) {
      for (const name of self.files().filter((each) => shape.test(each)))
        renameSync(join(queue, name), join(queue, to(name)));
    },
    async setHub(isUp) {
      await peer?.[Symbol.asyncDispose]();
      peer = isUp ? await scriptedPeer(scene) : undefined;
    },
    files: () => readdirSync(queue).sort(),
    async [Symbol.asyncDispose]() {
      await peer?.[Symbol.asyncDispose]();
      rmSync(home, { recursive: true });
    },
  };
  await self.setHub(true);
  return self;
}

/** Recipients that begin with `no` are refused, those that begin with `later` deferred. */
async function serve(talk: Talk, { extensions, ...hub }: Machine, arrived: Arrived[]): Promise<void> {
  talk.say('220 hub.test ESMTP');
  let commands: string[] = [];
  let recipients: string[] = [];
  let sender = '';
  let taken = 0;
  for (;;) {
    const line = await talk.line().catch(() => 'QUIT');
    const verb = line.split(' ', 1)[0]?.toUpperCase();
    if (verb === 'QUIT') return talk.close();
    if (verb === 'EHLO')
      talk.say('250-hub.test', ...extensions.map((word) => `250-${word}`), '250-PIPELINING', '250 8BITMIME');
    else if (verb === 'MAIL' && taken >= hub.messagesInSession) {
      talk.say('421 4.7.0 too many messages');
      return talk.close();
    } else if (verb === 'BDAT') {
      const text = await talk.octets(Number(line.split(' ')[1]));
      await setTimeout(hub.delay.answer);
      taken += 1;
      arrived.push({ sender, recipients, commands, text });
      talk.say('250 2.0.0 taken');
    } else if (verb === 'DATA') {
      if (recipients.length === 0) {
        talk.say('554 5.5.1 nobody');
        continue;
      }
      talk.say('354 go on');
      let text = '';
      await talk.content((octets) => {
        text += octets;
      });
      await setTimeout(hub.delay.answer);
      taken += 1;
      const answer = hub.answerToDot;
      if (answer === undefined) return talk.close();
      if (answer.startsWith('2')) arrived.push({ sender, recipients, commands, text });
      talk.say(answer);
    } else if (verb === 'RCPT') {
      const recipient = /<(.*)>/.exec(line)?.[1] ?? '';
      commands.push(line);
      if (recipient.startsWith('no')) talk.say('550 5.1.1 no such user');
      else if (recipient.startsWith('later')) talk.say('451 4.2.1 not now');
      else {
        recipients.push(recipient);
        talk.say('250 2.1.5 fine');
      }
    } else {
      if (verb === 'MAIL' || verb === 'RSET') {
        commands = [line];
        recipients = [];
        sender = /<(.*)>/.exec(line)?.[1] ?? '';
      }
      talk.say('250 2.0.0 fine');
    }
  }
}

async function* inPieces(octets: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < octets.length; at += 65_536) yield octets.subarray(at, at + 65_536);
}
