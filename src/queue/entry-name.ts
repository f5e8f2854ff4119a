/** The name of a message's file in the queue: its queue id and key, what is to become of it and when, and who is at work on it. */

/** One letter each, as in the names. */
const letters = {
  /** Somebody is writing it: not a whole message, never sent. */
  writing: 'w',
  new: 'n',
  deferred: 'd',
  /** The hub was given the end of the message, and what it said to that is not known. */
  uncertain: 'u',
  /** Given up; its sender is told when it is due, together with others. */
  failed: 'f',
  /** Not sent before somebody releases it. */
  hold: 'h',
} as const;

export type State = keyof typeof letters;

/**
 * `6B05…F581-9f8e7d6c5b4a3f2e.d1795512345=4711.88123.9f8e7d6c.4026531836`: everything a run needs to pass over a file without
 * opening it.
 */
export interface EntryName {
  /** Known to others: it stands in the Received field and the log. Anyone may lay a file with this ID. */
  readonly id: string;
  /**
   * Known to nobody who may not list the queue: no other user can take a name that belongs to this message. undefined for a file
   * that was laid without one; it gets one when a run of the queue finds it.
   */
  readonly key: string | undefined;
  readonly state: State;
  /** Seconds since 1970: not to be sent before. */
  readonly due: number;
  /** Which process holds it (`world/processes.ts`); undefined when nobody does. */
  readonly claim: string | undefined;
}

/** A queue id is the time, in seconds, and a random number, eight hexadecimal digits each: ids sort by arrival. */
const nameShape = /^([0-9A-F]{16})(?:-([0-9a-f]{16}))?\.([a-z])(\d{1,11})(?:=([0-9a-z.]{1,80}))?$/;

/** Random octets of a key, two hexadecimal digits each. */
export const keyOctets = 8;

/** `random`: eight hexadecimal digits. */
export function queueIdAt(now: Date, random: string): string {
  return (secondsOf(now).toString(16).padStart(8, '0') + random).toUpperCase();
}

/** Seconds since 1970 at which a message with this ID came in. */
export function arrivalOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

export function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

export function nameText(name: EntryName): string {
  const { state, due, claim } = name;
  return `${stemOf(name)}.${letters[state]}${due}${claim === undefined ? '' : `=${claim}`}`;
}

/** The part of the name that stays the same while the message waits. */
export function stemOf({ id, key }: Pick<EntryName, 'id' | 'key'>): string {
  return key === undefined ? id : `${id}-${key}`;
}

/** undefined for the name of anything but a message. */
export function parseName(text: string): EntryName | undefined {
  const [, id, key, letter, due, claim] = nameShape.exec(text) ?? [];
  const state = stateOf(letter);
  return id === undefined || state === undefined ? undefined : { id, key, state, due: Number(due), claim };
}

function stateOf(letter: string | undefined): State | undefined {
  const states = Object.keys(letters) as State[]; // the keys of the table, which Object.keys gives as strings
  return states.find((state) => letters[state] === letter);
}

/** The file that says what is known of a message: how often it was tried, and for whom it is done. */
export function progressName(stem: string): string {
  return `${stem}.s`;
}

/** The stem of the message that such a file, or the draft of one, belongs to; undefined for any other file. */
export function stemBeside(file: string): string | undefined {
  return /^([0-9A-F]{16}(?:-[0-9a-f]{16})?)\.s~?$/.exec(file)?.[1];
}
