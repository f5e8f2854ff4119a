/** Collects what failed in the same way for the same sender, and returns it in one notification. */

import { defaultOptions, type Options } from '../cli/options.ts';
import { Failure, reasonOf } from '../failure.ts';
import { type Addressed, letterFor } from '../hub/letter.ts';
import type { Report } from '../queue/bounce.ts';
import type { ClaimedEntry } from '../queue/claimed.ts';
import { arrivalOf, type EntryName } from '../queue/entry-name.ts';
import { type OpenEntry, openEntry } from '../queue/open-entry.ts';
import { reasonFor, unfinished } from '../queue/progress.ts';
import type { System } from '../system.ts';
import { reportOf } from './give-up.ts';
import type { Trouble } from './outcome.ts';
import { notifySender } from './return.ts';
import type { Run } from './run.ts';
import { senderOf } from './sender.ts';

export interface Returns {
  /** Takes a message in hand that failed before; it is gone when `flush` has returned. */
  add(name: EntryName): 'failed' | 'gone' | 'refused';
  /** When a notification cannot be written, its messages wait on. */
  flush(): void;
}

/** Messages in one notification; with more, another one begins. */
const maximumTogether = 50;

interface Group {
  readonly sender: string;
  readonly reason: string;
  readonly reports: Report[];
  readonly entries: ClaimedEntry[];
}

export function returnsFor(run: Run): Returns {
  const groups = new Map<string, Group>();

  function send({ sender, reason, reports, entries }: Group) {
    try {
      notifySender(sender, reports, run.office);
    } catch (error) {
      // The others leave without it; these wait for the next run.
      for (const entry of entries) entry.giveBack();
      run.report(`Cannot return ${entries.length} messages to ${sender}: ${reasonOf(error)}`);
      return;
    }
    run.told.note(sender, reason);
    for (const entry of entries) entry.remove();
  }

  return {
    add(name) {
      const open = openEntry(name, run.office);
      if (open === undefined) return 'gone';
      if ('refused' in open) {
        run.report(`Cannot return ${open.refused}`);
        return 'refused';
      }
      const system = run.systemOf(open.owner);
      if (system === undefined) {
        open.entry.release('hold', name.due, open.progress);
        run.report(`Cannot return ${name.id}: user id ${open.owner} belongs to nobody; it is put on hold`);
        return 'refused';
      }
      const { sender, report } = lossOrGiveBack(name.id, open, { run, system });
      const reason = report.recipients[0]?.reason ?? '';
      const key = `${sender} ${run.told.keyOf(reason)}`;
      const group = groups.get(key) ?? { sender, reason, reports: [], entries: [] };
      group.reports.push(report);
      group.entries.push(open.entry);
      groups.set(key, group);
      if (group.entries.length >= maximumTogether) {
        groups.delete(key);
        send(group);
      }
      return 'failed';
    },
    flush() {
      for (const [key, group] of groups) {
        groups.delete(key);
        send(group);
      }
    },
  };
}

/** An error that is not the message's own leaves it where it was. */
function lossOrGiveBack(id: string, open: OpenEntry, around: { run: Run; system: System }) {
  try {
    return lossOf(id, open, around);
  } catch (error) {
    open.entry.giveBack();
    throw error;
  }
}

function lossOf(id: string, open: OpenEntry, { run, system }: { run: Run; system: System }) {
  const { settings } = run.office;
  const options: Options = { ...defaultOptions, ...open.asked };
  let letter: Addressed | undefined;
  try {
    const passage = { now: new Date(arrivalOf(id) * 1000), id };
    letter = letterFor(open.message, options, { settings, system, passage });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  const { progress, message } = open;
  const recipients = [...(letter?.envelope.recipients ?? options.operands), ...(letter?.envelope.malformed ?? [])];
  const troubles: Trouble[] = unfinished(recipients, progress).map((recipient) => ({
    recipient,
    reason: reasonFor(recipient, progress),
  }));
  const sender = letter?.envelope.sender ?? senderOf(options, { settings, system });
  const lost = { id, options, sender, message, letter, isLastResort: open.asked.isLastResort ?? false };
  return { sender, report: reportOf(lost, troubles, { action: 'failed', isExpired: false }) };
}
