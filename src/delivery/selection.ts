/** What stands behind -q: which messages are tried, whether they must be due, and how often the queue is run. */

import { Failure } from '../failure.ts';
import type { EntryName } from '../queue/entry-name.ts';
import { parseName } from '../queue/entry-name.ts';
import { type Reference, referenceIn } from '../queue/reference.ts';
import type { Envelope } from '../route/envelope.ts';
import type { System } from '../system.ts';

export interface Selection {
  /** Milliseconds between runs; undefined: once. */
  readonly interval: number | undefined;
  /** Messages are tried though their time has not come. */
  readonly isForced: boolean;
  /** Exactly this file, which a user may know who may not list the queue. */
  readonly only: EntryName | undefined;
  /** A whole queue ID was named, which must be enough to tell whose message is meant. */
  readonly reference: Reference | undefined;
  isNamed(name: EntryName): boolean;
  isWanted(envelope: Envelope): boolean;
}

const always = () => true;
const everything: Selection = {
  interval: undefined,
  isForced: false,
  only: undefined,
  reference: undefined,
  isNamed: always,
  isWanted: always,
};

/** All that is not on hold, due or not. */
export const all: Selection = { ...everything, isForced: true };

/**
 * sendmail(8): `-q`, `-q15m`, `-qI…`, `-qR…`, `-qS…` (text that ID, a recipient or the sender holds). A file of that ID that this
 * process was started for is the only one. Throws Failure usage.
 */
export function selectionOf(text: string, system: Pick<System, 'fileToDeliver' | 'uidOf'>): Selection {
  const [kind, what] = [text.charAt(0), text.slice(1)];
  const wanted = what.toLowerCase();
  const holds = (address: string) => address.toLowerCase().includes(wanted);
  if (text === '') return everything;
  if (kind === 'I' && what !== '') {
    const started = parseName(system.fileToDeliver() ?? '');
    const only = parseName(what) ?? (started?.id === what ? started : undefined);
    if (only || !/^[0-9A-F]{16}(:|$)/i.test(what))
      return { ...all, only, isNamed: (name) => only !== undefined || name.id.includes(what.toUpperCase()) };
    return { ...all, reference: referenceIn(what, system) };
  }
  if (kind === 'R' && what !== '') return { ...all, isWanted: ({ recipients }) => recipients.some(holds) };
  if (kind === 'S' && what !== '') return { ...all, isWanted: ({ sender }) => holds(sender) };
  const interval = intervalIn(text.replace(/^p/, ''));
  if (interval !== undefined) return { ...everything, interval };
  const hint = 'Write -q, -q15m, -qI and a queue id, -qR and a part of a recipient, or -qS and a part of the sender';
  throw new Failure('usage', `Cannot understand "-q${text}": it is no interval and no choice of messages`, { hint });
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `1h30m`, `15m`; a plain number means minutes, as in sendmail. */
function intervalIn(text: string): number | undefined {
  if (!/^(\d{1,6}[smhdw])*(\d{1,6})?$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([smhdw]?)/g)];
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit || 'm'] ?? 0), 0);
  return seconds > 0 ? seconds * 1000 : undefined;
}
