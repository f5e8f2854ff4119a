/** Runs one cell of the fault table against the program that is built, and says what is wrong with the outcome. */

import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../rig/program.ts';
import type { Cell, Mode } from './cells.ts';
import { type HubCertificate, startFaultyHub } from './hub.ts';

export interface CellOutcome {
  /** undefined when the program had to be killed. */
  readonly status: number | undefined;
  readonly seconds: number;
  /** Standard error. */
  readonly said: string;
  /** Where the message is now. */
  readonly place: 'accepted' | 'dead.letter' | 'queue' | 'nowhere';
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
};

export interface Trust {
  readonly certificate: HubCertificate;
  /** The file of the authority that signed it. */
  readonly authority: string;
}

export async function runCell(cell: Cell, { certificate, authority }: Trust): Promise<CellOutcome> {
  await using hub = await startFaultyHub(cell, certificate);
  const conf = [
    `mailhub=127.0.0.1:${hub.port}`,
    'hostname=client.test',
    `TLS_CA_File=${authority}`,
    'AuthUser=alice',
    'AuthPass=open-sesame',
    'AuthMethod=LOGIN',
    ...['Connect', 'Command', 'Data'].map((what) => `${what}Timeout=${patience}s`),
    ...security[cell.mode],
    '',
  ];
  let queued: string[] = [];
  const begun = performance.now();
  const outcome = await runProgram({
    conf: conf.join('\n'),
    words: ['-i', 'bob@example.net'],
    stdin: cell.step !== 'message' ? smallMessage : cell.mode === 'chunking' ? chunk : largeMessage,
    prepare: (home) => mkdir(join(home, 'queue'), { mode: 0o700 }).then(() => undefined),
    afterwards: async (home) => {
      queued = readdirSync(join(home, 'queue')).filter((name) => !name.endsWith('.s'));
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const isKept = outcome.deadLetter?.includes('\nSubject: a fault\n') === true;
  const found: Found = {
    status: outcome.status,
    seconds,
    said: outcome.stderr,
    place: hub.hasAccepted() ? 'accepted' : isKept ? 'dead.letter' : queued.length === 1 ? 'queue' : 'nowhere',
  };
  const wrong = [...faultsOf(found, cell), ...(hub.hasMisbehaved() ? [] : ['the hub did not come to this step'])];
  return { ...found, wrong };
}

type Found = Omit<CellOutcome, 'wrong'>;

/** Longer than what the sockets of both sides hold, so that a hub can refuse to read it. */
const largeMessage = Buffer.from(`Subject: a fault\n\n${`${'x'.repeat(75)}\n`.repeat(180_000)}`);
/** As long as one that leaves in a single chunk can be. */
const chunk = Buffer.from(`Subject: a fault\n\n${`${'x'.repeat(75)}\n`.repeat(13_000)}`);
const smallMessage = Buffer.from('Subject: a fault\n\nhello\n');

/** Failures of these kinds are for good: a queue does not keep them. */
const lasting = [65, 67];

function faultsOf({ status, said, place }: Found, { status: expected, mode }: Cell): string[] {
  const isQueued = mode === 'queue' && expected !== 0 && !lasting.includes(expected);
  const rightStatus = isQueued ? 0 : expected;
  const rightPlace = isQueued ? 'queue' : expected === 0 ? 'accepted' : 'dead.letter';
  const isSaidRight =
    rightStatus === 0 ? said === '' : /^sendmail: Cannot [^\n]{1,1000}\n(sendmail: [^\n]+\n)?$/.test(said);
  return [
    ...(status === undefined ? ['it had to be killed'] : []),
    ...(status !== undefined && status !== rightStatus ? [`status ${status} instead of ${rightStatus}`] : []),
    ...(place === rightPlace ? [] : [`the message is ${place}, not ${rightPlace}`]),
    ...(isSaidRight ? [] : [`it says ${JSON.stringify(said.slice(0, 300))}`]),
  ];
}
