/** `npm run faults`: the fault table with exit status and duration of each cell. Ends with 1 when a cell is wrong, silent or late. */

import { runCells } from './all-cells.ts';
import { type Cell, cells, cutEnds, cuts, faults, type Mode, modes, nameOf, steps } from './cells.ts';
import { type CellOutcome, longest } from './run-cell.ts';

const outcomes = new Map<Cell, CellOutcome>();
const begun = performance.now();
await runCells(cells, (cell, outcome) => outcomes.set(cell, outcome));

const titles: Readonly<Record<Mode, string>> = {
  plain: 'without TLS; what fails is kept in dead.letter',
  starttls: 'STARTTLS',
  implicit: 'TLS from the start',
  chunking: 'without TLS, the message by BDAT: "final dot" is the end of the chunk',
  queue: 'without TLS, with a queue: 0 says that it has the message',
  'queue run': 'without TLS, -q with one message in the queue: it stays there, on hold when it is refused for good',
  submission: 'without TLS, -bs without a queue: the client hears 250, 4xx or 5xx in the end',
};
for (const mode of modes) {
  const ofMode = cells.filter((cell) => cell.mode === mode);
  console.log(`\n${titles[mode]} (exit status, seconds)`);
  table(
    [...faults],
    ofMode.filter(({ fault }) => typeof fault === 'string'),
  );
  for (const end of cutEnds) {
    console.log(`\n${titles[mode]}: ${end} after`);
    table(
      [...cuts],
      ofMode.filter(({ fault }) => typeof fault !== 'string' && fault.end === end),
    );
  }
}
const bad = [...outcomes].flatMap(([cell, outcome]) =>
  complaintsOf(outcome).map((complaint) => `BAD  ${cell.mode}, ${cell.step}, ${nameOf(cell.fault)}: ${complaint}`),
);
for (const line of bad) console.log(line);
const slowest = Math.max(...[...outcomes.values()].map(({ seconds }) => seconds));
const total = ((performance.now() - begun) / 1000).toFixed(0);
console.log(
  `\n${cells.length} cells in ${total} s, the slowest ${slowest.toFixed(1)} s of ${longest}; ${bad.length === 0 ? 'none is wrong, silent or late' : `${bad.length} faults`}.`,
);
process.exitCode = bad.length === 0 ? 0 : 1;

function table(columns: readonly string[], shownCells: readonly Cell[]): void {
  const width = Math.max(10, ...columns.map((column) => column.length + 2));
  console.log(row('', columns, width));
  for (const { name } of steps) {
    const inRow = shownCells.filter(({ step }) => step === name);
    if (inRow.length > 0) console.log(row(name, inRow.map(shown), width));
  }
}

function row(name: string, columns: readonly string[], width: number): string {
  return [name.padEnd(16), ...columns.map((column) => column.padStart(width))].join('').trimEnd();
}

function shown(cell: Cell): string {
  const outcome = outcomes.get(cell);
  if (!outcome) return '-';
  const mark = complaintsOf(outcome).length > 0 ? '!' : '';
  return `${mark}${outcome.status ?? 'killed'} ${outcome.seconds.toFixed(1)}`;
}

function complaintsOf({ wrong, seconds }: CellOutcome): string[] {
  return [...wrong, ...(seconds > longest ? [`${seconds.toFixed(1)} s, later than ${longest}`] : [])];
}
