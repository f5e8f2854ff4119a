/** Where a password or passphrase comes from: the configuration itself, a file of its own, a program, or a credential of systemd. Read when it is needed. */

import { Failure } from '../failure.ts';
import type { System } from '../system.ts';
import type { Values } from './collect.ts';
import { fileReasonOf } from './file-reason.ts';
import type { Secret } from './types.ts';

/** What this file asks of the world. */
export type Keeper = Pick<System, 'environment' | 'readFile' | 'permissionsOf' | 'outputOf' | 'laterOutputOf'>;

/** The key that holds a secret itself; those that name a file or a program are called after it. */
type SecretName = 'AuthPass' | 'TLSKeyPass';
type Sources = Pick<Values, SecretName | `${SecretName}File` | `${SecretName}Command`>;

/** The first source that is there. Calling the secret throws Failure: config for a file, temporary for a program. */
export function secretOf(name: SecretName, sources: Partial<Sources>, system: Keeper): Secret | undefined {
  const { [name]: itself, [`${name}File` as const]: file, [`${name}Command` as const]: command } = sources;
  if (itself) return itself;
  if (file !== undefined)
    return kept(() => fileSecret(file, `${name}File`, system), { source: `${name}File=`, isFile: true });
  if (command) return printed(command, `${name}Command`, system);
  const credential = credentialIn(system, credentialName(name));
  if (credential === undefined) return undefined;
  const source = `the credential ${credentialName(name)}`;
  return kept(() => fileSecret(credential, 'the credential', system), { source, isFile: true });
}

/** Of systemd.exec(5), LoadCredential=: `ssmtp.authpass`. */
function credentialName(name: SecretName): string {
  return `ssmtp.${name.toLowerCase()}`;
}

/** Asked for once; and once more when the hub has refused what it was, for a token may be new by then. */
function kept(
  read: () => Buffer,
  { readLater, ...where }: Pick<Secret, 'source' | 'isFile'> & { readLater?: () => Promise<Buffer> },
): Secret {
  let known: Buffer | undefined;
  let reading: Promise<Buffer> | undefined;
  const secret = () => {
    known ??= read();
    return known;
  };
  const ready = async () => {
    if (known || !readLater) return;
    // Several sessions ask at once.
    reading ??= readLater().finally(() => {
      reading = undefined;
    });
    known = await reading;
  };
  return Object.assign(secret, {
    ...where,
    ready,
    forget() {
      known = undefined;
    },
  });
}

function printed(command: readonly string[], key: string, system: Keeper): Secret {
  const what = `${key} ${command[0]}`;
  return kept(() => firstLine(system.outputOf(command, key), what), {
    source: `${key}=`,
    readLater: async () => firstLine(await system.laterOutputOf(command, key), what),
  });
}

function fileSecret(path: string, what: string, system: Keeper): Buffer {
  const octets = withoutLineEnd(Buffer.from(contentOf(path, what, system), 'latin1'));
  if (octets.length === 0) throw new Failure('config', `Cannot use ${what} ${path}: it is empty`);
  return octets;
}

function contentOf(path: string, what: string, system: Keeper): string {
  try {
    return system.readFile(path);
  } catch (error) {
    throw new Failure('config', `Cannot read ${what} ${path}: ${fileReasonOf(error)}`, { cause: error });
  }
}

/** Password managers print more of an entry below it. One that prints nothing may be locked for now. */
function firstLine(octets: Buffer, what: string): Buffer {
  const end = octets.indexOf('\n');
  const line = withoutLineEnd(end < 0 ? octets : octets.subarray(0, end + 1));
  if (line.length === 0) throw new Failure('temporary', `Cannot use ${what}: its first line is empty`);
  return line;
}

function credentialIn({ environment, permissionsOf }: Keeper, name: string): string | undefined {
  const directory = environment.CREDENTIALS_DIRECTORY;
  if (!directory?.startsWith('/')) return undefined;
  const path = `${directory}/${name}`;
  try {
    return permissionsOf(path) === undefined ? undefined : path;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** One line end at the end of a file is the editor's. */
function withoutLineEnd(octets: Buffer): Buffer {
  const text = octets.toString('latin1');
  return octets.subarray(0, text.length - (/\r?\n$/.exec(text)?.[0].length ?? 0));
}
