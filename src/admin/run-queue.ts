/** `-q` and its kin: runs the queue once, or again and again until a signal ends it. */

import type { Options } from '../cli/options.ts';
import { runQueue } from '../delivery/queue-run.ts';
import { runFor, stopOf } from '../delivery/run.ts';
import type { Selection } from '../delivery/selection.ts';
import { Failure, failureKinds } from '../failure.ts';
import { dialogueFile } from '../log/dialogue-file.ts';
import { logLines } from '../log/report.ts';
import { printable } from '../printable.ts';
import { placeAt } from '../queue/directory.ts';
import { stemOf } from '../queue/entry-name.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import { ambiguityOf, referred } from '../queue/reference.ts';
import type { System } from '../system.ts';
import { progressBar } from './progress.ts';
import { administratorsSettings } from './queue-place.ts';

/** Gives the exit status: 0 whatever became of the messages, which wait on, but 74 when one could not be read or put back. Throws Failure login when the user may not run it. */
export async function answerQueueRun(selection: Selection, options: Options, system: System): Promise<number> {
  const settings = administratorsSettings(options, system);
  const { queue } = settings;
  let bar = progressBar(system);
  const report = (line: string) => {
    bar.end();
    system.tell(`${system.programName}: ${printable(line)}\n`);
    logLines([printable(line)], settings.log, system.now());
  };
  const write = options.dialogueFile === undefined ? undefined : dialogueFile(options.dialogueFile, report);
  const transcript = (line: string) => {
    if (options.verbose) system.tell(`${printable(line)}\n`);
    write?.(line);
  };
  const stop = stopOf(system);
  for (;;) {
    const place = queue && placeAt(queue.path);
    if (!place && !queue?.isNamed) return 0;
    if (!place) throw new Failure('config', `Cannot run the queue: ${queue?.path} does not exist`);
    const run = runFor(
      options,
      { place, settings, system },
      { ...stop, report, transcript, isWanted: selection.isWanted },
    );
    bar = progressBar(system);
    const { broken } = await runQueue(
      chosenIn(selection, place, system),
      run,
      options.verbose ? () => undefined : bar.step,
    ).finally(bar.end);
    if (selection.interval === undefined) return broken > 0 ? failureKinds.io.status : 0;
    await Promise.race([later(selection.interval), stop.ended]).catch(() => undefined);
    if (stop.isStopping()) return 0;
  }
}

/** Throws Failure unreadable where the ID alone does not say whose message is meant. */
function chosenIn(selection: Selection, place: QueuePlace, system: System): Selection {
  const { reference } = selection;
  if (!reference) return selection;
  const [found] = referred([reference], place);
  if (found && found.users.size > 1) {
    const why = ambiguityOf(reference.id, found.users, system);
    throw new Failure('unreadable', `Cannot deliver ${reference.id}: ${why}`);
  }
  return { ...selection, isNamed: (name) => found?.stems.includes(stemOf(name)) === true };
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
