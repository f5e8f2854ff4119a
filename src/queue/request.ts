/** The first line of a message's file in the queue: what the caller asked for, so that the message can be routed at any time. */

import type { Options } from '../cli/options.ts';

/** What of the command line decides who gets the message and from whom it comes; secrets are not among it. */
export type Asked = Pick<Options, (typeof askedFor)[number] | 'parameters'> & {
  /** A notification that could not be delivered, on its way to root=: there is nobody else to tell. */
  readonly isLastResort?: boolean;
};

const askedFor = [
  'operands',
  'recipientsFromHeader',
  'envelopeSender',
  'fullName',
  'notify',
  'returns',
  'envelopeId',
] as const satisfies readonly (keyof Options)[];

export function askedIn(options: Options): Asked {
  return Object.assign({}, ...askedFor.map((name) => ({ [name]: options[name] })));
}

const magic = 'ssmtp-queue 1 ';
const lengthDigits = 15;
/** Where the length of the message stands: it is written last, when all of the message is there. */
export const lengthOffset = magic.length;
/** Octets; 10,000 recipients of 320 octets stay below. */
export const longestRequest = 4 * 1024 * 1024;

/** The line, for a message whose length is not known yet. */
export function requestLine(asked: Asked): Buffer {
  return Buffer.from(`${magic}${lengthText(0)} ${JSON.stringify(asked)}\n`);
}

export function lengthText(octets: number): string {
  return String(octets).padStart(lengthDigits, '0');
}

/**
 * Reads the line, without its line end: the file may be a stranger's, so nothing in it is believed that this program would not
 * have written. undefined when it is no such line.
 */
export function parseRequest(line: Buffer): { asked: Asked; length: number } | undefined {
  const text = line.toString('utf8');
  const [, length, json] = /^ssmtp-queue 1 (\d{15}) (\{.*\})$/.exec(text) ?? [];
  if (length === undefined || json === undefined) return undefined;
  const asked = askedOf(parsed(json));
  return asked && { asked, length: Number(length) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What goes to the hub as it stands must be a word of RFC 3461; all else is read again as the command line would be. */
const shapes: Readonly<Record<keyof Asked, (value: unknown) => boolean>> = {
  operands: (value) => Array.isArray(value) && value.every(isText),
  recipientsFromHeader: (value) => typeof value === 'boolean',
  envelopeSender: isOptional(isText),
  fullName: isOptional(isText),
  notify: isOptional(
    (value) => isText(value) && /^(NEVER|(SUCCESS|FAILURE|DELAY)(,(SUCCESS|FAILURE|DELAY))*)$/.test(value),
  ),
  returns: isOptional((value) => value === 'FULL' || value === 'HDRS'),
  envelopeId: isOptional(isText),
  isLastResort: isOptional((value) => typeof value === 'boolean'),
  parameters: isOptional(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((words) => Array.isArray(words) && words.every(isParameter)),
  ),
};

/** Other keys would become options of the program: they are left out. */
function askedOf(value: unknown): Asked | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const known = Object.entries(shapes).map(([name, isRight]) => ({ name, isRight, value: fields.get(name) }));
  if (!known.every((field) => field.isRight(field.value))) return undefined;
  const asked = known.filter((field) => field.value !== undefined).map((field) => [field.name, field.value]);
  return Object.fromEntries(asked) as Asked; // each value has the shape of its key
}

function isOptional(isRight: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isRight(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isParameter(value: unknown): boolean {
  return isText(value) && /^(NOTIFY|ORCPT)=[!-~]{1,500}$/.test(value);
}
