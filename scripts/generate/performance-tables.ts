/** The tables of docs/PERFORMANCE.md, one for each group of scenarios, and the one of README.md. */

import { ratioOf, sleepOfSsmtp, wallOf } from '../../test/bench/claims.ts';
import { type ProgramId, programIds } from '../../test/bench/peers.ts';
import type { Cell, Results, Row } from '../../test/bench/results.ts';
import { type Group, securities } from '../../test/bench/scenarios.ts';
import { placeOf, programNames, securityNames } from './performance-names.ts';
import { markdownTable } from './tables.ts';

export interface TitledTable {
  readonly title: string;
  readonly words: string;
  readonly table: string;
}

export function tablesOf(results: Results): TitledTable[] {
  const single = securities.map((security) => ({
    title: `One message, ${securityNames[security]}`,
    words: '2 kB to one recipient. Milliseconds, and in parentheses how many times as long as ssmtp.',
    table: singleTable(cellsOf(results, 'one').filter(({ scenario }) => scenario.security === security)),
  }));
  return [
    ...single,
    ...grouped.map(({ group, ...rest }) => ({ ...rest, table: wallTable(cellsOf(results, group)) })),
  ].filter(({ table }) => table !== '');
}

const grouped: readonly { readonly group: Group; readonly title: string; readonly words: string }[] = [
  {
    group: 'recipients',
    title: 'Many recipients',
    words: '2 kB to 10 and 100 recipients. Milliseconds, and how many times as long as ssmtp.',
  },
  {
    group: 'large',
    title: 'A large message',
    words: '25 MB to one recipient. Milliseconds, and how many times as long as ssmtp.',
  },
  {
    group: 'many',
    title: 'Many messages',
    words:
      '200 messages of 2 kB over the loopback interface, a process for each. Milliseconds for each message, and how many times as long as ssmtp.',
  },
  {
    group: 'drain',
    title: 'A full queue',
    words: `1,000 messages of 2 kB are in the queue, and a run begins. Milliseconds for each message until the hub has all of them. msmtp has
no queue and sends one message after another; it and nullmailer send fewer. dma starts a process and a connection for each message, all at once.`,
  },
  {
    group: 'free',
    title: 'In the background',
    words: `Until the caller is free again, with STARTTLS and CRAM-MD5 to come. ssmtp has the message on the disk then, as dma and
nullmailer have. Milliseconds, and how many times as long as ssmtp.`,
  },
];

/** What the README tells. */
export function fastTable(results: Results): string {
  const told: readonly (readonly [string, string])[] = [
    ['one/none/50', 'ssmtp'],
    ['one/starttls/0', 'ssmtp'],
    ['one/starttls/50', 'ssmtp'],
    ['recipients/none/50/100', 'ssmtp'],
    ['large/starttls/0', 'ssmtp'],
    ['drain/none/50', 'ssmtp'],
  ];
  const peers = ['msmtp', 'sSMTP', 'nullmailer', 'curl'] as const;
  const cells = told.flatMap(([id]) => results.cells.filter(({ scenario }) => scenario.id === id));
  return markdownTable(
    ['', 'ssmtp', ...peers],
    cells.map(({ scenario, rows }) => [
      placeOf(scenario.id),
      timeOf(wallOf(rows, 'ssmtp')),
      ...peers.map((peer) => timesOf(ratioOf(rows, peer, 'ssmtp'))),
    ]),
  );
}

function cellsOf({ cells }: Results, group: Group): Cell[] {
  return cells.filter(({ scenario, rows }) => scenario.group === group && rows.length > 0);
}

function singleTable(cells: readonly Cell[]): string {
  if (cells.length === 0) return '';
  const near = cells.find(({ scenario }) => scenario.distance === 0);
  const head = ['', ...cells.map(({ scenario }) => `${scenario.distance} ms`)];
  return markdownTable(
    [...head, 'round trips', 'by the clock', 'CPU ms', 'memory MB', 'of its own'],
    programsIn(cells).map((program) => {
      const row = near && rowIn(near, program);
      const turns = cells.map((cell) => rowIn(cell, program)?.turns).findLast((found) => found !== undefined);
      return [
        programNames[program],
        ...cells.map((cell) => wallText(cell, program)),
        turns?.toFixed(0) ?? '',
        tripsByClock(cells, program)?.toFixed(1) ?? '',
        row?.cpu.toFixed(0) ?? '',
        row?.memory?.toFixed(0) ?? '',
        row?.own?.toFixed(1) ?? '',
      ];
    }),
  );
}

function wallTable(cells: readonly Cell[]): string {
  if (cells.length === 0) return '';
  return markdownTable(
    ['', ...cells.map(({ scenario }) => placeOf(scenario.id))],
    programsIn(cells).map((program) => [programNames[program], ...cells.map((cell) => wallText(cell, program))]),
  );
}

function programsIn(cells: readonly Cell[]): ProgramId[] {
  return programIds.filter((program) => cells.some((cell) => rowIn(cell, program)));
}

function rowIn({ rows }: Cell, program: ProgramId): Row | undefined {
  return rows.find((row) => row.program === program);
}

function wallText({ rows }: Cell, program: ProgramId): string {
  const ours = wallOf(rows, 'ssmtp') ?? wallOf(rows, 'ssmtp -odb');
  const wall = wallOf(rows, program);
  if (wall === undefined || ours === undefined) return '';
  return program.startsWith('ssmtp') && wall === ours ? digits(wall) : `${digits(wall)} (${timesOf(wall / ours)})`;
}

/** What 100 ms more of distance add, in units of that. */
function tripsByClock(cells: readonly Cell[], program: ProgramId): number | undefined {
  const [near, far] = [50, 150].map((distance) => {
    const cell = cells.find(({ scenario }) => scenario.distance === distance);
    return cell && wallOf(cell.rows, program);
  });
  return near === undefined || far === undefined ? undefined : (far - near) / 100;
}

/** sSMTP's time without its sleep. */
export function withoutSleep(program: ProgramId, wall: number): number {
  return program === 'sSMTP' ? Math.max(0, wall - sleepOfSsmtp) : wall;
}

function timeOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : `${digits(milliseconds)} ms`;
}

function timesOf(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${digits(ratio)}×`;
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
