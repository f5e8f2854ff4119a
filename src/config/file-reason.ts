/** Why a file could not be read, in words: "permission denied". */

import { Failure, reasonOf } from '../failure.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
};

/** `error` is what System.readFile threw; the system's own words serve for codes that are not in the table. */
export function fileReasonOf(error: unknown): string {
  return reasons[codeOf(error) ?? ''] ?? reasonOf(error);
}

export function isMissing(error: unknown): boolean {
  return reasons[codeOf(error) ?? ''] === reasons.ENOENT;
}

/** The user may not read it. */
export function isDenied(error: unknown): boolean {
  return reasons[codeOf(error) ?? ''] === reasons.EACCES;
}

/** A file that decides about the mail is closed to this user; the user who runs the queue may be able to read it. */
export function isOfClosedFile({ kind, cause }: Failure): boolean {
  return kind === 'config' && isDenied(cause);
}

/** For a file of names (aliases, revaliases) that exists and cannot be read: without it, mail would go to another mailbox. */
export function cannotRead(file: string, error: unknown): Failure {
  const hint = isDenied(error)
    ? 'Users who may not read it send through the queue: as root, ssmtp --check shows what is wrong with that'
    : undefined;
  return new Failure('config', `Cannot read ${file}: ${fileReasonOf(error)}`, { hint, cause: error });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
