/** Everything the outside knows, as one value: the rest of the program is handed it and can be tested without the world. */

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
  /** The uid of a login name, or undefined when the user database does not know it. */
  uidOf(loginName: string): number | undefined;
  /** The machine's own name, fully qualified where the machine can tell. */
  hostName(): string;
  now(): Date;
  /** Random octets as lower-case hexadecimal digits. */
  randomHex(octets: number): string;
  /** A file's octets as latin1 text; throws the system's own error (ENOENT, EACCES, …). */
  readFile(path: string): string;
  /** The permission bits and owner of a file, or undefined when it does not exist. */
  permissionsOf(path: string): { mode: number; uid: number; gid: number } | undefined;
}
