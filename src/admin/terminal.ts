/** How reports look: colours where they can be seen and are wanted, and lines that fit. */

import { wrapped } from '../cli/help.ts';
import { printable } from '../printable.ts';
import type { System } from '../system.ts';

export type Colour = 'green' | 'yellow' | 'red' | 'bold' | 'dim';

const codes: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, bold: 1, dim: 2 };

/** Wider lines are hard to read. */
const widest = 100;

export interface Terminal {
  /** Characters of a line; 80 where there is no terminal. */
  readonly width: number;
  /** Text of ours, coloured for a terminal; NO_COLOR (https://no-color.org) and TERM=dumb are heeded. */
  readonly paint: (colour: Colour, text: string) => string;
}

export function terminalOf({ outputColumns, environment }: Pick<System, 'outputColumns' | 'environment'>): Terminal {
  const columns = outputColumns();
  const isColoured = columns !== undefined && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return {
    width: Math.min(Math.max(columns ?? 80, 40), widest),
    paint: (colour, text) => (isColoured ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text),
  };
}

/** Text of strangers in lines of that width; a word that is longer is cut where the line ends. */
export function folded(text: string, width: number): string[] {
  const lines = wrapped(printable(text), width);
  return lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
}
