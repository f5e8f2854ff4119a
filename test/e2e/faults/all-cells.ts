/** Runs cells of the fault table, a few at a time, with a certificate made for the occasion. */

import { readFile } from 'node:fs/promises';
import { makeCertificates } from '../../rig/certificates.ts';
import { temporaryDirectory } from '../../rig/temporary.ts';
import type { Cell } from './cells.ts';
import { type CellOutcome, runCell, type Trust } from './run-cell.ts';

/** Most of them wait for a deadline. */
const atOnce = 16;

/** `show` is called as each is done. */
export async function runCells(
  cells: readonly Cell[],
  show: (cell: Cell, outcome: CellOutcome) => void,
): Promise<void> {
  await using directory = await temporaryDirectory('faults');
  const trust = await trustIn(directory.path);
  const waiting = [...cells];
  const work = async () => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) show(cell, await runCell(cell, trust));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

export async function trustIn(directory: string): Promise<Trust> {
  const { authority, valid } = await makeCertificates(directory);
  const [cert, key] = await Promise.all([readFile(valid.certificate, 'utf8'), readFile(valid.key, 'utf8')]);
  return { authority, certificate: { cert, key } };
}
