/** The parameters of MAIL and RCPT: which there are, and what may stand behind their `=`. */

import { longestNumber } from './limits.ts';
import { type Answer, mistake } from './reply.ts';

/** RFC 3461 §4: printable ASCII but for `+` and `=`, everything else as `+` and two digits. */
const xtext = String.raw`(?:[!-*,-<>-~]|\+[0-9A-F]{2})`;

interface Parameter {
  readonly command: 'MAIL' | 'RCPT';
  readonly name: string;
  /** What the whole value must look like; undefined when there must be none. */
  readonly value: RegExp | undefined;
  readonly source: string;
}

const parameters: readonly Parameter[] = [
  { command: 'MAIL', name: 'SIZE', value: new RegExp(`^\\d{1,${longestNumber}}$`), source: 'RFC 1870' },
  { command: 'MAIL', name: 'BODY', value: /^(?:7BIT|8BITMIME)$/i, source: 'RFC 6152' },
  { command: 'MAIL', name: 'SMTPUTF8', value: undefined, source: 'RFC 6531' },
  { command: 'MAIL', name: 'RET', value: /^(?:FULL|HDRS)$/i, source: 'RFC 3461 §4.3' },
  { command: 'MAIL', name: 'ENVID', value: new RegExp(`^(?=.{1,100}$)${xtext}+$`), source: 'RFC 3461 §4.4' },
  {
    command: 'RCPT',
    name: 'NOTIFY',
    value: /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2})$/i,
    source: 'RFC 3461 §4.1',
  },
  {
    command: 'RCPT',
    name: 'ORCPT',
    value: new RegExp(`^(?=.{1,500}$)[A-Za-z0-9-]+;${xtext}+$`),
    source: 'RFC 3461 §4.2',
  },
];

/** By name in capitals; '' for one without a value. */
export type Parameters = ReadonlyMap<string, string>;

/** Reads what stands behind the path; gives the answer to the command when it cannot be taken. */
export function parametersOf(text: string, command: 'MAIL' | 'RCPT'): Parameters | Answer {
  const found = new Map<string, string>();
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const [, name = '', value] = /^([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    const row = parameters.find((each) => each.command === command && each.name === name.toUpperCase());
    if (row === undefined) return mistake(555, '5.5.4', `${command} takes no such parameter`);
    const isAllowed = row.value === undefined ? value === undefined : row.value.test(value ?? '');
    if (!isAllowed || found.has(row.name)) return mistake(501, '5.5.4', `${row.name} is wrong (${row.source})`);
    found.set(row.name, value ?? '');
  }
  return found;
}

/** Parameters as they are said to the hub: those with these names, value as it came. */
export function saidAgain(found: Parameters, names: readonly string[]): string[] {
  return names.flatMap((name) => (found.has(name) ? [`${name}=${found.get(name)}`] : []));
}
