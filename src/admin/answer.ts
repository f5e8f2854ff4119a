/** Everything that is asked of the program but sending: version, help, check, the queue, and the modes it does not have. */

import { deadLetterCommands, modes, queueCommands } from '../cli/flags.ts';
import { helpText } from '../cli/help.ts';
import type { Options } from '../cli/options.ts';
import { all, selectionOf } from '../delivery/selection.ts';
import { Failure, reasonOf } from '../failure.ts';
import { addressesOf } from '../hub/connect.ts';
import { printable } from '../printable.ts';
import type { System } from '../system.ts';
import { version } from '../version.ts';
import { checkReport } from './check.ts';
import { deadLetterList, deadLetterPaths, resendDeadLetters } from './dead-letter-commands.ts';
import { dryRun } from './dry-run.ts';
import { explain } from './explain.ts';
import { aliasesReport } from './new-aliases.ts';
import { probeReport } from './probe.ts';
import { actOnQueue } from './queue-commands.ts';
import { queueList, queueListForMachines } from './queue-list.ts';
import { queueFor } from './queue-place.ts';
import { answerQueueRun } from './run-queue.ts';
import { verifyReport } from './verify.ts';

/** Gives the exit status. Throws Failure usage for a mode that this program does not have, io when nobody reads. */
export async function answer(options: Options, system: System): Promise<number> {
  switch (options.mode) {
    case 'version':
      return print([`ssmtp ${version}\n`], system);
    case 'help':
      return print([helpText()], system);
    case 'check':
      return checkReport(options, system, { print: (text) => write(text, system), resolve: addressesOf });
    case 'verify': {
      const { text, status } = verifyReport(options, system);
      print([text], system);
      return status;
    }
    case 'explain':
      return explain(options, system, (text) => print([text], system));
    case 'probe':
      return probeReport(options, system, (text) => write(text, system));
    case 'dryRun':
      return dryRun(options, system, (piece) => write(piece, system));
    case 'newaliases': {
      const { text, complaints, status } = aliasesReport(options, system);
      for (const complaint of complaints) system.tell(`${system.programName}: ${printable(complaint)}\n`);
      print([text], system);
      return status;
    }
    case 'mailq':
      return list(options, system);
    case 'queueRun':
      return answerQueueRun(selectionOf(options.queueRun ?? '', system), options, system);
    case 'queue':
      return answerQueueCommand(options, system);
    case 'deadLetter':
      return answerDeadLetterCommand(options, system);
    default:
      throw refusalOf(options);
  }
}

function list(options: Options, system: System): number {
  const listing = { ...queueFor(options, system), system };
  return print(options.json ? queueListForMachines(listing) : queueList(listing), system);
}

function answerQueueCommand(options: Options, system: System): number | Promise<number> {
  const [, word, ...ids] = options.operands;
  const command = queueCommands.find((row) => row.word === word);
  if (!command) {
    const words = queueCommands.map((row) => row.word).join(', ');
    const asked = word === undefined ? 'ssmtp queue' : `ssmtp queue ${printable(word)}`;
    throw new Failure('usage', `Cannot do "${asked}": the commands are ${words}`);
  }
  if (command.takesIds && ids.length === 0)
    throw new Failure('usage', `Cannot ${word}: name a queue id, as mailq shows it, or ALL`);
  if (!command.takesIds && ids.length > 0)
    throw new Failure('usage', `Cannot ${word} "${ids[0]}": it takes no queue id`);
  switch (command.word) {
    case 'list':
      return list(options, system);
    case 'run':
      return answerQueueRun(selectionOf('', system), options, system);
    case 'flush':
      return answerQueueRun(all, options, system);
    case 'hold':
    case 'release':
    case 'delete':
    case 'show': {
      const { place } = queueFor(options, system);
      if (!place) throw new Failure('unreadable', `Cannot ${word} ${ids[0]}: there is no queue`);
      actOnQueue(command.word, ids, { place, system, print: (piece) => write(piece, system) });
      return 0;
    }
    default:
      return command.word satisfies never;
  }
}

function answerDeadLetterCommand(options: Options, system: System): number | Promise<number> {
  const [, word, file, ...more] = options.operands;
  const command = deadLetterCommands.find((row) => row.word === word);
  if (!command) {
    const words = deadLetterCommands.map((row) => row.word).join(', ');
    const asked = word === undefined ? 'ssmtp dead-letter' : `ssmtp dead-letter ${printable(word)}`;
    throw new Failure('usage', `Cannot do "${asked}": the commands are ${words}`);
  }
  if (more.length > 0) throw new Failure('usage', `Cannot ${command.word} "${more[0]}": one file is enough`);
  switch (command.word) {
    case 'list':
      return print(deadLetterList(file === undefined ? deadLetterPaths(system) : [file], system), system);
    case 'resend':
      return resendDeadLetters(file, options, system);
    default:
      return command.word satisfies never;
  }
}

/** Characters that are written at once: a long list is a few calls of the system, and a short one is seen at once. */
const block = 32_768;

function print(pieces: Iterable<string>, system: System): number {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < block) continue;
    write(text, system);
    text = '';
  }
  write(text, system);
  return 0;
}

function write(text: string | Buffer, system: System): void {
  try {
    system.print(text);
  } catch (error) {
    throw new Failure('io', `Cannot write to standard output: ${reasonOf(error)}`, { cause: error });
  }
}

function refusalOf({ mode }: Options): Failure {
  const row = modes.find((candidate) => candidate.mode === mode);
  return new Failure('usage', `Cannot do -b${row?.letter}: ${row?.refusal}`);
}
