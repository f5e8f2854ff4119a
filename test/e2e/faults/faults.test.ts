/** Whatever a hub does, wherever: the exit status is true, the message is somewhere, one line says why, and it ends. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { type TemporaryDirectory, temporaryDirectory } from '../../rig/temporary.ts';
import { trustIn } from './all-cells.ts';
import { type Cell, cells, isTestedAlways, nameOf } from './cells.ts';
import { runCell, type Trust } from './run-cell.ts';

const skip = spawnSync('openssl', ['version']).status !== 0 && 'SKIPPED: openssl is not installed';

describe('a hub that misbehaves', { skip, concurrency: 16 }, () => {
  let directory: TemporaryDirectory;
  let trust: Trust;
  before(async () => {
    directory = await temporaryDirectory('faults');
    trust = await trustIn(directory.path);
  });
  after(() => directory[Symbol.asyncDispose]());

  for (const cell of cells.filter(isTestedAlways)) {
    const { mode, step, fault, status } = cell;
    test(`${mode}, ${step}: ${nameOf(fault)} means ${status}`, async () => {
      assert.deepEqual((await runCell(cell, trust)).wrong, []);
    });
  }

  // A hub that has the whole message is waited for, and with BDAT it has it as soon as it has MAIL.
  const isInterrupted = ({ mode, step, fault }: Cell) =>
    fault === 'hang' && !['final dot', 'QUIT'].includes(step) && (mode !== 'chunking' || step.startsWith('AUTH'));
  for (const cell of cells.filter(isInterrupted)) {
    test(`${cell.mode}, ${cell.step}: SIGTERM ends it`, async () => {
      assert.deepEqual((await runCell(cell, trust, 'SIGTERM')).wrong, []);
    });
  }
});
