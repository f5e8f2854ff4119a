/** Where the password comes from: the file itself, a file of its own, a program, or a credential of systemd. Read when it is needed. */

import { Failure } from '../failure.ts';
import type { System } from '../system.ts';
import { fileReasonOf } from './file-reason.ts';
import type { Secret } from './types.ts';

/** The name of the credential (systemd.exec(5), LoadCredential=). */
const credentialName = 'ssmtp.authpass';

/** What this file asks of the world. */
export type Keeper = Pick<System, 'environment' | 'readFile' | 'permissionsOf' | 'outputOf'>;

interface Sources {
  readonly AuthPass: Secret | undefined;
  readonly AuthPassFile: string | undefined;
  readonly AuthPassCommand: readonly string[] | undefined;
}

/** The first of them that is there. Calling the secret throws Failure: config for a file, temporary for a program. */
export function secretOf({ AuthPass, AuthPassFile, AuthPassCommand }: Sources, system: Keeper): Secret | undefined {
  if (AuthPass) return AuthPass;
  if (AuthPassFile !== undefined) return kept(() => fileSecret(AuthPassFile, 'AuthPassFile', system));
  if (AuthPassCommand)
    return kept(
      () => system.outputOf(AuthPassCommand),
      (octets) => withoutLineEnd(octets),
    );
  const credential = credentialIn(system);
  return credential === undefined ? undefined : kept(() => fileSecret(credential, 'the credential', system));
}

/** Asked for once; and once more when the hub has refused what it was, for a token may be new by then. */
function kept(read: () => Buffer, shape: (octets: Buffer) => Buffer = (octets) => octets): Secret {
  let known: Buffer | undefined;
  const secret = () => {
    known ??= shape(read());
    return known;
  };
  return Object.assign(secret, {
    forget() {
      known = undefined;
    },
  });
}

function fileSecret(path: string, what: string, system: Keeper): Buffer {
  try {
    return withoutLineEnd(Buffer.from(system.readFile(path), 'latin1'));
  } catch (error) {
    throw new Failure('config', `Cannot read ${what} ${path}: ${fileReasonOf(error)}`, { cause: error });
  }
}

function credentialIn({ environment, permissionsOf }: Keeper): string | undefined {
  const directory = environment.CREDENTIALS_DIRECTORY;
  if (!directory?.startsWith('/')) return undefined;
  const path = `${directory}/${credentialName}`;
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
