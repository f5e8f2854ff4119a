/** What is measured: one row for each cell of the tables. */

import type { Call, ProgramId } from './peers.ts';
import type { Security } from './sink.ts';

export interface Scenario extends Call {
  readonly id: string;
  readonly group: Group;
  /** Octets of a message. */
  readonly octets: number;
  readonly messages: number;
  /** So many of them at a time. */
  readonly parallel: number;
  readonly programs: readonly ProgramId[];
}

export interface Planned extends Scenario {
  /** Seconds after which no new round begins, in a full and in a quick run; 0 leaves the scenario out. */
  readonly budget: { readonly full: number; readonly quick: number };
}

export const groups = ['one', 'recipients', 'large', 'many', 'drain', 'free'] as const;
export type Group = (typeof groups)[number];

export const securities = ['none', 'starttls', 'implicit'] as const satisfies readonly Security[];
export const distances = [0, 50, 150] as const;
const small = 2_000;
const large = 25_000_000;

const all: readonly ProgramId[] = ['ssmtp', 'msmtp', 'sSMTP', 'dma', 'nullmailer', 'curl'];
/** Rows that say what the machine itself costs only make sense beside the shortest times. */
const near: readonly ProgramId[] = [
  'ssmtp',
  'ssmtp with queue',
  'msmtp',
  'sSMTP',
  'dma',
  'nullmailer',
  'curl',
  'empty script',
];

const base = { recipients: 1, octets: small, messages: 1, parallel: 1 };

function one(security: Security, distance: number): Planned {
  const budget = { full: { 0: 40, 50: 35, 150: 40 }[distance] ?? 35, quick: quickSecondsOf(security, distance) };
  return {
    ...base,
    id: `one/${security}/${distance}`,
    group: 'one',
    security,
    distance,
    programs: distance === 0 ? near : all,
    budget,
  };
}

function quickSecondsOf(security: Security, distance: number): number {
  if (distance === 0) return 8;
  return distance === 50 || security === 'starttls' ? 3 : 0;
}

function toMany(security: Security, distance: number, recipients: number): Planned {
  const budget = { full: distance === 0 ? 20 : 45, quick: recipients === 10 && security === 'none' ? 3 : 0 };
  const id = `recipients/${security}/${distance}/${recipients}`;
  return { ...base, id, group: 'recipients', security, distance, recipients, programs: all, budget };
}

function ofSize(security: Security, distance: number): Planned {
  const budget = { full: distance === 0 ? 30 : 80, quick: distance === 0 && security !== 'implicit' ? 4 : 0 };
  return {
    ...base,
    id: `large/${security}/${distance}`,
    group: 'large',
    security,
    distance,
    octets: large,
    programs: distance === 0 ? near.filter((id) => id !== 'empty script') : all,
    budget,
  };
}

function many(security: Security, parallel: number): Planned {
  const id = `many/${security}/${parallel}`;
  // sSMTP would sleep for three minutes.
  const programs = parallel === 1 ? near.filter((name) => name !== 'sSMTP') : near;
  const budget = { full: 40, quick: security === 'none' && parallel > 1 ? 1 : 0 };
  return { ...base, id, group: 'many', security, distance: 0, messages: 200, parallel, programs, budget };
}

/** msmtp and nullmailer: how long one message takes is found with fewer of them, and does not depend on that. */
function drain(security: Security, distance: number): Planned {
  const programs: readonly ProgramId[] = ['ssmtp', 'msmtp', 'dma', 'nullmailer'];
  const budget = { full: 40, quick: distance === 50 && security === 'none' ? 1 : 0 };
  const id = `drain/${security}/${distance}`;
  return { ...base, id, group: 'drain', security, distance, messages: 1000, programs, budget };
}

function free(distance: number): Planned {
  const programs: readonly ProgramId[] = ['ssmtp -odb', 'dma', 'nullmailer', 'empty script'];
  const budget = { full: 25, quick: 3 };
  return { ...base, id: `free/${distance}`, group: 'free', security: 'starttls', distance, programs, budget };
}

export const plan: readonly Planned[] = [
  ...distances.flatMap((distance) => securities.map((security) => one(security, distance))),
  toMany('none', 0, 10),
  toMany('none', 0, 100),
  toMany('none', 50, 10),
  toMany('none', 50, 100),
  toMany('starttls', 50, 100),
  toMany('implicit', 50, 100),
  ...securities.map((security) => ofSize(security, 0)),
  ofSize('none', 50),
  ofSize('starttls', 50),
  many('none', 1),
  many('none', 20),
  many('starttls', 1),
  many('starttls', 20),
  drain('none', 0),
  drain('none', 50),
  drain('starttls', 50),
  ...distances.map(free),
];
