/** Why a file could not be read, in words: "permission denied". */

import { reasonOf } from '../failure.ts';

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

/** The user may not read it: sSMTP went on without such a file. */
export function isDenied(error: unknown): boolean {
  return reasons[codeOf(error) ?? ''] === reasons.EACCES;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
