/** The two pictures of docs/PERFORMANCE.md. */

import { wallOf } from '../../test/bench/claims.ts';
import type { ProgramId } from '../../test/bench/peers.ts';
import type { Cell, Results } from '../../test/bench/results.ts';
import { distances, securities } from '../../test/bench/scenarios.ts';
import { placeOf, securityNames } from './performance-names.ts';
import { withoutSleep } from './performance-tables.ts';
import { element, line, sheet, text } from './svg.ts';

const colours = {
  ssmtp: '#1f5fbf',
  msmtp: '#e08214',
  sSMTP: '#8c6bb1',
  dma: '#4d9f55',
  nullmailer: '#d6604d',
  curl: '#8a8a8a',
} as const satisfies Partial<Record<ProgramId, string>>;
type Drawn = keyof typeof colours;
const drawn = Object.keys(colours) as Drawn[]; // the keys that are written above

const wide = { width: 960, left: 50, right: 15 } as const;

/** Bars: a panel for each kind of connection, a group for each distance. */
export function wallPlot(results: Results): string {
  const [top, height, gap] = [70, 240, 25];
  const width = (wide.width - wide.left - wide.right - 2 * gap) / 3;
  const highest = Math.max(
    1,
    ...ofGroup(results, 'one').flatMap(({ rows }) => drawn.map((id) => wallOf(rows, id) ?? 0)),
  );
  const step = highest > 2400 ? 500 : highest > 1000 ? 250 : 100;
  const y = (wall: number) => top + height * (1 - wall / (Math.ceil(highest / step) * step));
  const parts = [
    ...legend('One message of 2 kB: milliseconds, by distance of the hub; less is better (pale: sSMTP sleeps)'),
  ];
  for (const [panel, security] of securities.entries()) {
    const left = wide.left + panel * (width + gap);
    for (let wall = 0; wall <= highest + step / 2; wall += step) {
      parts.push(line(left, y(wall), left + width, y(wall)));
      if (panel === 0) parts.push(text(left - 6, y(wall) + 4, String(wall), { 'text-anchor': 'end' }));
    }
    parts.push(
      text(left + width / 2, top - 10, securityNames[security], { 'text-anchor': 'middle', 'font-weight': 'bold' }),
    );
    for (const [group, distance] of distances.entries()) {
      const start = left + (group * width) / 3;
      const cell = results.cells.find(({ scenario }) => scenario.id === `one/${security}/${distance}`);
      parts.push(text(start + width / 6, top + height + 18, `${distance} ms`, { 'text-anchor': 'middle' }));
      if (cell) parts.push(...bars(cell, { start, width: width / 3, y }));
    }
  }
  return sheet(
    { title: 'One message: wall time by program and distance', width: wide.width, height: top + height + 30 },
    parts,
  );
}

interface Space {
  readonly start: number;
  readonly width: number;
  readonly y: (wall: number) => number;
}

function bars({ rows }: Cell, { start, width, y }: Space): string[] {
  const each = (width - 14) / drawn.length;
  return drawn.flatMap((id, index) => {
    const wall = wallOf(rows, id);
    if (wall === undefined) return [];
    const awake = withoutSleep(id, wall);
    const bar = (from: number, to: number, opacity: number) =>
      element('rect', {
        x: start + 7 + index * each,
        y: y(to),
        width: each - 1.5,
        height: y(from) - y(to),
        fill: colours[id],
        ...(opacity < 1 && { 'fill-opacity': opacity }),
      });
    return [bar(0, awake, 1), ...(awake < wall ? [bar(awake, wall, 0.25)] : [])];
  });
}

/** Dots: a line for each scenario, how many times as long as ssmtp each program takes. */
export function ratioPlot(results: Results): string {
  const cells = results.cells.filter(({ rows }) => wallOf(rows, 'ssmtp') !== undefined);
  const [left, top, each] = [400, 80, 22];
  const bottom = top + cells.length * each;
  const ratios = cells.flatMap(({ rows }) => drawn.map((id) => (wallOf(rows, id) ?? 1) / (wallOf(rows, 'ssmtp') ?? 1)));
  const lowest = Math.floor(Math.log10(Math.min(0.1, ...ratios)));
  const highest = Math.ceil(Math.log10(Math.max(10, ...ratios)));
  const x = (ratio: number) =>
    left + ((wide.width - left - wide.right - 20) * (Math.log10(ratio) - lowest)) / (highest - lowest);
  const parts = [...legend('How many times as long as ssmtp: right of the line is slower, left is faster')];
  for (let power = lowest; power <= highest; power += 1) {
    parts.push(line(x(10 ** power), top - 5, x(10 ** power), bottom, power === 0 ? '#1f5fbf' : '#dddddd'));
    parts.push(text(x(10 ** power), bottom + 16, `${10 ** power}×`, { 'text-anchor': 'middle' }));
  }
  for (const [index, { scenario, rows }] of cells.entries()) {
    const y = top + index * each + each / 2;
    parts.push(
      text(left - 10, y + 4, placeOf(scenario.id), { 'text-anchor': 'end' }),
      line(left, y, wide.width - wide.right, y, '#eeeeee'),
    );
    for (const id of drawn) {
      const [wall, ours] = [wallOf(rows, id), wallOf(rows, 'ssmtp')];
      if (wall === undefined || ours === undefined) continue;
      parts.push(element('circle', { cx: x(wall / ours), cy: y, r: 5, fill: colours[id], 'fill-opacity': 0.85 }));
    }
  }
  return sheet({ title: 'How many times as long as ssmtp others take', width: wide.width, height: bottom + 30 }, parts);
}

function legend(title: string): string[] {
  return [
    text(wide.left, 22, title, { 'font-size': 14, 'font-weight': 'bold' }),
    ...drawn.flatMap((id, index) => [
      element('rect', { x: wide.left + index * 110, y: 32, width: 12, height: 12, fill: colours[id] }),
      text(wide.left + index * 110 + 18, 42, id),
    ]),
  ];
}

function ofGroup({ cells }: Results, group: string): readonly Cell[] {
  return cells.filter(({ scenario }) => scenario.group === group);
}
