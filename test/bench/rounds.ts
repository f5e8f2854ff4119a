/** One cell: all its programs in turn, round after round, until its time is over. Nearby, the first round warms up and does not count. */

import type { ChildProcess } from 'node:child_process';
import { type Bench, furnish, type Measured, type Memory, measure, memoryOf, startDaemon, usedBy } from './bench.ts';
import { drain, messagesFor } from './drain.ts';
import { type Program, programs } from './peers.ts';
import { type Cell, type Row, rounded, spreadOf } from './results.ts';
import type { Planned, Scenario } from './scenarios.ts';

/** How long a cell may take: `seconds` for all its rounds, of which there are no more than `most`. */
export interface Limits {
  readonly seconds: number;
  readonly most: number;
}

/** What is missing or fails goes into `skipped`, with the reason. */
export async function cellOf(bench: Bench, planned: Planned, limits: Limits, skipped: Skipped): Promise<Cell> {
  const { budget: _, ...scenario } = planned;
  const contenders: Contender[] = [];
  for (const program of programs.filter(({ id }) => scenario.programs.includes(id))) {
    if (skipped.missing.has(program.id)) continue;
    contenders.push(await enter(bench, program, scenario));
  }
  const end = performance.now() + limits.seconds * 1000;
  let longest = 0;
  for (let round = 0; round < limits.most && (round < 3 || performance.now() + longest < end); round += 1) {
    const began = performance.now();
    for (const contender of turned(contenders, round)) await takePart(bench, scenario, contender, round, skipped);
    longest = Math.max(longest, round === 0 ? 0 : performance.now() - began);
    // A cell of long rounds: one that counts must do.
    if (round > 0 && performance.now() > end) break;
  }
  for (const { daemon } of contenders) daemon?.kill();
  return { scenario, rows: contenders.flatMap((contender) => rowOf(contender)) };
}

export interface Skipped {
  readonly missing: Set<string>;
  readonly reasons: string[];
}

interface Contender {
  readonly program: Program;
  readonly daemon: ChildProcess | undefined;
  /** One for each round that counts. */
  readonly found: { readonly measured: Measured; readonly messages: number; readonly wall: number }[];
  memory: Memory | undefined;
  hasFailed: boolean;
}

async function enter(bench: Bench, program: Program, scenario: Scenario): Promise<Contender> {
  furnish(program.files?.(scenario, bench.place) ?? {});
  const daemon = program.daemon && scenario.group !== 'drain' ? startDaemon(bench, program.daemon) : undefined;
  return { program, daemon, found: [], memory: undefined, hasFailed: false };
}

async function takePart(
  bench: Bench,
  scenario: Scenario,
  contender: Contender,
  round: number,
  skipped: Skipped,
): Promise<void> {
  const { program, daemon, found } = contender;
  if (contender.hasFailed || (program.isSlow && round > 1 && round % 3 !== 0)) return;
  const work = { ...scenario, call: scenario };
  try {
    if (round === 0) {
      // The memory of a daemon's helpers is not seen from outside.
      const isSeen = !program.daemon && scenario.distance === 0 && !['drain', 'free', 'many'].includes(scenario.group);
      if (isSeen) contender.memory = await memoryOf(bench, program, work);
      else if (scenario.distance === 0 && scenario.group !== 'drain' && scenario.messages === 1)
        await measure(bench, program, work);
      return;
    }
    const before = daemon ? usedBy(daemon) : 0;
    const messages = scenario.group === 'drain' ? messagesFor(program, scenario) : scenario.messages;
    const measured = await (scenario.group === 'drain'
      ? drain(bench, program, { ...scenario, messages })
      : measure(bench, program, work));
    const cpu = measured.cpu + (daemon ? usedBy(daemon) - before : 0);
    found.push({
      measured: { ...measured, cpu },
      messages,
      wall: scenario.group === 'free' ? measured.caller : measured.delivered,
    });
  } catch (error) {
    contender.hasFailed = true;
    skipped.reasons.push(`${scenario.id}: ${program.id}: ${error instanceof Error ? error.message : error}`);
  }
}

function rowOf({ program, found, memory }: Contender): Row[] {
  const [first] = found;
  if (!first) return [];
  const { messages } = first;
  const turns = found.flatMap(({ measured }) => (measured.turns === undefined ? [] : [measured.turns / messages]));
  const cpu = found.map(({ measured }) => (measured.cpu * 1000) / messages);
  return [
    {
      program: program.id,
      rounds: found.length,
      messages,
      wall: spreadOf(found.map(({ wall }) => (wall * 1000) / messages)),
      // A daemon's costs are known to a hundredth of a second only: their mean says more than their median.
      cpu: program.daemon ? rounded(cpu.reduce((sum, one) => sum + one, 0) / cpu.length) : spreadOf(cpu).median,
      ...(turns.length > 0 && { turns: spreadOf(turns).median }),
      ...(memory !== undefined && { memory: rounded(memory.resident) }),
      ...(memory?.own !== undefined && { own: rounded(memory.own) }),
    },
  ];
}

/** Nobody is always first. */
function turned<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = by % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
