/** Everything the outside knows, as one value: the rest of the program is handed it and can be tested without the world. */

import { statSync } from 'node:fs';
import { isatty } from 'node:tty';
import { once } from './once.ts';
import { readAccounts, readUser, userFromNameService, userIn } from './world/accounts.ts';
import { fileToDeliver, startAgain } from './world/again.ts';
import { commandLines } from './world/command-lines.ts';
import { readPlainFile } from './world/files.ts';
import { readHostName } from './world/host-name.ts';
import { interruption } from './world/interruption.ts';
import { type ListFile, readListFile } from './world/list-file.ts';
import { laterOutputOf, outputOf } from './world/output-of.ts';
import { isRunning, processMark } from './world/processes.ts';
import { type FoundProgram, programAt } from './world/program-at.ts';
import { randomHex } from './world/random.ts';
import {
  inputIsTerminal,
  inputWasClosed,
  liveInput,
  outputColumns,
  say,
  standardInput,
  writeWhole,
} from './world/streams.ts';

export { keepMemoryPrivate } from './world/core-files.ts';
export { endWith } from './world/ending.ts';
export { dropForeignHome } from './world/own-home.ts';
export { dropLentRights } from './world/own-rights.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface User {
  readonly uid: number;
  /** Login name; `uid<number>` when the user database knows none (containers). */
  readonly name: string;
  /** The full name from the GECOS field, empty when there is none. */
  readonly fullName: string;
  readonly home: string | undefined;
}

export interface System {
  /** The last part of argv[0]: `sendmail`, `mailq`, `ssmtp`. */
  readonly programName: string;
  readonly environment: Environment;
  /** The user who runs the program (real uid). */
  user(): User;
  /** The user with this uid; undefined when the user database does not know it. */
  userOf(uid: number): User | undefined;
  /** The uid of a login name, or undefined when the user database does not know it. */
  uidOf(loginName: string): number | undefined;
  /** The machine's own name, fully qualified where the machine can tell. */
  hostName(): string;
  now(): Date;
  /** Random octets as lower-case hexadecimal digits. */
  randomHex(octets: number): string;
  /** What a program prints that keeps a secret, and that a key of the configuration names; throws Failure temporary or config. */
  outputOf(words: readonly string[], key: string): Buffer;
  /** The same, while signals and deadlines go on. */
  laterOutputOf(words: readonly string[], key: string): Promise<Buffer>;
  /** A file's octets as latin1 text; throws the system's own error (ENOENT, EACCES, …). */
  readFile(path: string): string;
  /** A list of addresses that a file of the user `namedBy` (user ID) names; throws where nobody would let that user read it. */
  readListFile(path: string, namedBy: number): ListFile;
  /** Standard input to its end, in pieces, each good until the next; throws the system's own error. */
  input(): AsyncIterable<Buffer>;
  /** Standard input in pieces as they come: while nobody writes, other work goes on. No more is read than is asked for. */
  liveInput(): AsyncIterable<Buffer>;
  /** True when standard input is a terminal, where waiting for a message would look like hanging. */
  inputIsTerminal(): boolean;
  /** True when standard error is a terminal, where a line may be drawn again. */
  errorIsTerminal(): boolean;
  /** How wide the terminal on standard output is; undefined when it is none. */
  outputColumns(): number | undefined;
  /** True when the caller closed standard input, as far as that can still be seen. */
  inputWasClosed(): boolean;
  /** Writes text; a closed or full standard error is no reason to fail. */
  tell(text: string): void;
  /** Writes text or octets to standard output; throws the system's own error. */
  print(text: string | Buffer): void;
  /** Writes text to standard output, waiting while nobody reads; rejects with the system's own error. */
  say(text: string): Promise<void>;
  /** Never resolves; rejects when a signal asks the program to end, or code outside of any promise fails. */
  interruption(): Promise<never>;
  /** A mark of this process that no other process will ever have. */
  processMark(): string;
  /** Whether the process with this mark still runs; undefined when that cannot be known from here. */
  isRunning(mark: string): boolean | undefined;
  /** The words of each process that can be seen from here. */
  commandLines(): string[][];
  /** Starts this program again for the message in this file of the queue, apart from this process and its terminal; does not wait. */
  startAgain(file: string, configFile: string | undefined): void;
  /** The file of the queue that this process was started for, by `startAgain`. */
  fileToDeliver(): string | undefined;
  /** The permission bits and owner of a file, or undefined when it does not exist. */
  permissionsOf(path: string): { mode: number; uid: number; gid: number } | undefined;
  /** The program behind a path, links followed, and whether it is this one; undefined when there is none. */
  programAt(path: string): FoundProgram | undefined;
}

/** The real one. User database and host name are read at most once, when first asked for. */
export function realSystem(argv0: string, environment: Environment): System {
  const accounts = once(readAccounts);
  // Of two entries with the same name the first counts, as in getpwnam(3).
  const uids = once(
    () =>
      new Map(
        accounts()
          .map(({ name, uid }) => [name, uid] as const)
          .toReversed(),
      ),
  );
  const user = once(() => readUser(accounts()));
  const host = once(readHostName);
  const mark = once(processMark);
  return {
    programName: argv0.slice(argv0.lastIndexOf('/') + 1),
    environment,
    user: () => user(),
    userOf: (uid) => (uid === user().uid ? user() : (userIn(accounts(), uid) ?? userFromNameService(uid))),
    uidOf: (loginName) => uids().get(loginName),
    hostName: () => host(),
    now: () => new Date(),
    randomHex,
    outputOf,
    laterOutputOf,
    readFile: readPlainFile,
    readListFile,
    input: standardInput,
    liveInput,
    inputIsTerminal,
    errorIsTerminal: () => isatty(2),
    outputColumns,
    inputWasClosed,
    tell: (text) => {
      try {
        writeWhole(2, text);
      } catch {
        // Nobody is listening; the exit status still tells.
      }
    },
    print: (text) => writeWhole(1, text),
    say,
    interruption,
    processMark: () => mark(),
    isRunning: (other) => isRunning(other, mark()),
    commandLines,
    startAgain,
    fileToDeliver: () => fileToDeliver(environment),
    permissionsOf: (path) => statSync(path, { throwIfNoEntry: false }),
    programAt,
  };
}
