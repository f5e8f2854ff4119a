/** What all attempts of one run of the queue share. */

import type { Options } from '../cli/options.ts';
import type { Failure } from '../failure.ts';
import type { Tickets } from '../hub/tickets.ts';
import { rememberingFiles } from '../queue/remembered.ts';
import { type Told, toldIn } from '../queue/told.ts';
import type { Envelope } from '../route/envelope.ts';
import type { System } from '../system.ts';
import type { Office } from './return.ts';

export interface Run {
  readonly options: Options;
  readonly office: Office;
  readonly told: Told;
  /** Of all sessions of the run. */
  readonly tickets: Tickets;
  /** The world as the owner of a message sees it; undefined when the user database does not know that user. */
  systemOf(uid: number): System | undefined;
  /** What the administrator should know, one line. */
  report(line: string): void;
  transcript(line: string): void;
  /** The lines of the last conversations, when they are to be logged. */
  dialogue(): string[];
  isWanted(envelope: Envelope): boolean;
  /** Rejects when a signal asks the program to end. */
  readonly ended: Promise<never>;
  isStopping(): boolean;
}

export type Surroundings = Pick<Run, 'report' | 'transcript' | 'isWanted' | 'ended' | 'isStopping'>;

/** Whether a signal has asked the program to end; to be called once. */
export function stopOf(system: System): Pick<Run, 'ended' | 'isStopping'> {
  let isStopping = false;
  const ended = system.interruption();
  ended.catch((_failure: Failure) => {
    isStopping = true;
  });
  return { ended, isStopping: () => isStopping };
}

export function runFor(options: Options, office: Office, surroundings: Surroundings): Run {
  const { system, settings, place } = office;
  const lines: string[] = [];
  const remembering = rememberingFiles(system);
  return {
    ...surroundings,
    options,
    office,
    told: toldIn(place, system),
    tickets: new Map(),
    systemOf(uid) {
      const user = system.userOf(uid);
      return user && { ...remembering, user: () => user };
    },
    transcript(line) {
      surroundings.transcript(line);
      if (settings.debug) lines.push(line);
    },
    dialogue: () => lines.splice(0),
  };
}
