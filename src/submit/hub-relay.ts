/** The relay that stands behind `-bs`: configuration, who sends and who receives as in send mode, and one line to the hub. */

import type { Options } from '../cli/options.ts';
import { aliasesOf } from '../config/aliases.ts';
import { isOfClosedFile } from '../config/file-reason.ts';
import { reverseAliasesOf } from '../config/revaliases.ts';
import { loadSettings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { planOf } from '../hub/plan.ts';
import { queueIdAt } from '../queue/entry-name.ts';
import { dropPlaceFor, sharedPlaceFor } from '../queue/safety.ts';
import { routeFor } from '../route/route.ts';
import type { System } from '../system.ts';
import type { SenderRequest } from './command.ts';
import { dropping } from './dropping.ts';
import { hubLine } from './hub-line.ts';
import { type Mailed, mailing } from './mailing.ts';
import type { Relay } from './relay.ts';

export interface Office {
  readonly options: Options;
  readonly system: System;
  /** Called once for each message, and for each attempt that came to nothing. */
  readonly log: (mailed: Mailed) => void;
  /** Takes the lines of the dialogue with the hub, secrets masked. */
  readonly transcript: (settings: Settings) => (line: string) => void;
}

/**
 * The configuration is read at the first MAIL, and again at the next one while it cannot be used: whoever waits for an answer
 * is told what is wrong with it, and need not start another program when it has been mended.
 */
export function hubRelay({ options, system, log, transcript }: Office): Relay {
  const line = hubLine();
  let known: Settings | undefined;
  let areNamesOpen = false;

  function begin({ sender, parameters }: SenderRequest, id: string) {
    // MAIL is what -f is elsewhere; -t and recipients on the command line mean nothing here.
    const asked = { ...options, envelopeSender: sender, recipientsFromHeader: false, operands: [] };
    const place = known ? undefined : dropPlaceFor(options, system);
    if (place !== undefined) return dropping({ id, options: asked, system, place, log }, parameters);
    known ??= loadSettings(options, system);
    const settings = known;
    areNamesOpen ||= mayReadNames(settings, system);
    const shared = areNamesOpen ? undefined : sharedPlaceFor(options, settings, system);
    if (shared !== undefined) return dropping({ id, options: asked, system, place: shared, log }, parameters);
    const route = routeFor([], { options: asked, settings, system });
    const desk = { route, plan: planOf(route), id, line, log, transcript: transcript(settings) };
    return mailing(desk, parameters);
  }

  return {
    begin(request) {
      const id = queueIdAt(system.now(), system.randomHex(4));
      try {
        return begin(request, id);
      } catch (error) {
        if (error instanceof Failure) log({ id, settings: known, failure: error });
        throw error;
      }
    },
    close: line.close,
  };
}

/** False when aliases or revaliases are closed to this user: MAIL cannot know yet whether a recipient will need them. */
function mayReadNames(settings: Settings, system: System): boolean {
  try {
    aliasesOf(settings, system);
    reverseAliasesOf(settings, system)(system.user().name);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return !isOfClosedFile(error);
  }
}
