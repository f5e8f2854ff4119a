/** Runs one cell of the fault table against the program that is built, and says what is wrong with the outcome. */

import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Call, type Outcome, runProgram } from '../../rig/program.ts';
import type { Cell, Mode } from './cells.ts';
import { type HubCertificate, startFaultyHub } from './hub.ts';

/**
 * Where the message is now. A queue keeps on hold what the hub refuses for good, when it refuses the notification as well. The client of
 * -bs has the message when it has heard that it was not taken: `later` with 4xx, `never` with 5xx.
 */
type Place = 'accepted' | 'dead.letter' | 'queue' | 'on hold' | 'later' | 'never' | 'nowhere';

export interface CellOutcome {
  /** undefined when the program had to be killed. */
  readonly status: number | undefined;
  readonly seconds: number;
  /** Standard error. */
  readonly said: string;
  readonly place: Place;
  /** What is wrong; empty when all is well. */
  readonly wrong: readonly string[];
}

/** Seconds: each deadline of the configuration. */
const patience = 3;

/** Seconds that a cell may take in all: one deadline, and what the program and a busy machine need. */
export const longest = patience + 5;

const security: Readonly<Record<Mode, readonly string[]>> = {
  plain: ['AuthInsecure=YES'],
  starttls: ['UseSTARTTLS=YES'],
  implicit: ['UseTLS=YES'],
  chunking: ['AuthInsecure=YES'],
  queue: ['AuthInsecure=YES', 'Queue=$HOME/queue'],
  'queue run': ['AuthInsecure=YES', 'Queue=$HOME/queue'],
  submission: ['AuthInsecure=YES'],
};

export interface Trust {
  readonly certificate: HubCertificate;
  /** The file of the authority that signed it. */
  readonly authority: string;
}

/** With `signal` no deadline is near: the program gets the signal when the hub misbehaves, and must end by that. */
export async function runCell(
  cell: Cell,
  { certificate, authority }: Trust,
  signal?: NodeJS.Signals,
): Promise<CellOutcome> {
  await using hub = await startFaultyHub(cell, certificate);
  const conf = [
    `mailhub=127.0.0.1:${hub.port}`,
    'hostname=client.test',
    `TLS_CA_File=${authority}`,
    'AuthUser=alice',
    'AuthPass=open-sesame',
    'AuthMethod=LOGIN',
    ...['Connect', 'Command', 'Data'].map((what) => `${what}Timeout=${signal ? 600 : patience}s`),
    ...security[cell.mode],
    '',
  ];
  let queued: string[] = [];
  const message = cell.step !== 'message' ? smallMessage : cell.mode === 'chunking' ? chunk : largeMessage;
  const begun = performance.now();
  const outcome = await runProgram({
    conf: conf.join('\n'),
    ...callFor(cell.mode, message),
    ...(signal && { interrupt: { when: hub.misbehaving, signal } }),
    prepare: (home) => mkdir(join(home, 'queue'), { mode: 0o700 }).then(() => undefined),
    afterwards: async (home) => {
      queued = readdirSync(join(home, 'queue')).filter((name) => /\.[a-z]\d+/.test(name));
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const found: Found = {
    status: outcome.status,
    seconds,
    said: outcome.stderr,
    place: hub.hasAccepted() ? 'accepted' : placeOf(outcome, queued),
  };
  const wrong = [
    ...faultsOf(found, signal ? { ...cell, status: interrupted } : cell, signal),
    ...(hub.hasMisbehaved() ? [] : ['the hub did not come to this step']),
  ];
  return { ...found, wrong };
}

type Found = Omit<CellOutcome, 'wrong'>;

const recipient = 'bob@example.net';

/** How the program is called, and what it reads. */
function callFor(mode: Mode, message: Buffer): Pick<Call, 'words' | 'stdin' | 'shell'> {
  // The words in front of -q are the program and its configuration.
  if (mode === 'queue run')
    return { words: ['-q'], stdin: message, shell: `"\${@:1:$#-1}" -odq -i ${recipient} && exec "$@" </dev/null` };
  if (mode !== 'submission') return { words: ['-i', recipient], stdin: message };
  const begin = `EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<${recipient}>\r\nBDAT ${message.length} LAST\r\n`;
  return { words: ['-bs'], stdin: Buffer.concat([Buffer.from(begin), message, Buffer.from('QUIT\r\n')]) };
}

function placeOf({ stdout, deadLetter }: Outcome, queued: readonly string[]): Place {
  if (deadLetter?.includes('\nSubject: a fault\n')) return 'dead.letter';
  if (queued.length === 1) return queued[0]?.endsWith('.h0') ? 'on hold' : 'queue';
  const refusal = /^[45]\d\d /m.exec(stdout)?.[0];
  if (refusal === undefined) return 'nowhere';
  return refusal.startsWith('4') ? 'later' : 'never';
}

/** Longer than what the sockets of both sides hold, so that a hub can refuse to read it. */
const largeMessage = Buffer.from(`Subject: a fault\n\n${`${'x'.repeat(75)}\n`.repeat(180_000)}`);
/** As long as one that leaves in a single chunk can be. */
const chunk = Buffer.from(`Subject: a fault\n\n${`${'x'.repeat(75)}\n`.repeat(13_000)}`);
const smallMessage = Buffer.from('Subject: a fault\n\nhello\n');

/** Failures of these kinds are for good: a queue does not keep them. */
const lasting = [65, 67];

/** The exit status after a signal. */
const interrupted = 75;

function faultsOf({ status, said, place }: Found, { status: expected, mode }: Cell, signal?: NodeJS.Signals): string[] {
  const end = rightEnd(expected, mode);
  // The client of -bs is told with 421, and whoever has started it by the exit status.
  const right = signal && mode === 'submission' ? { ...end, status: interrupted } : end;
  const isSaidRight =
    right.status === 0 || mode === 'submission'
      ? said === ''
      : /^sendmail: Cannot [^\n]{1,1000}\n(sendmail: [^\n]+\n)?$/.test(said);
  return [
    ...(status === undefined ? ['it had to be killed'] : []),
    ...(status !== undefined && status !== right.status ? [`status ${status} instead of ${right.status}`] : []),
    ...(place === right.place ? [] : [`the message is ${place}, not ${right.place}`]),
    ...(isSaidRight ? [] : [`it says ${JSON.stringify(said.slice(0, 300))}`]),
  ];
}

function rightEnd(status: number, mode: Mode): { readonly status: number; readonly place: Place } {
  if (status === 0) return { status, place: 'accepted' };
  const isForGood = lasting.includes(status);
  if (mode === 'queue run') return { status: 0, place: isForGood ? 'on hold' : 'queue' };
  if (mode === 'submission') return { status: 0, place: isForGood ? 'never' : 'later' };
  return mode === 'queue' && !isForGood ? { status: 0, place: 'queue' } : { status, place: 'dead.letter' };
}
