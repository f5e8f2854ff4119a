/** Random octets for ids. */

import { closeSync, openSync, readSync } from 'node:fs';

/** The kernel's device is one short read; node:crypto would cost 7 ms of start-up, so it only stands in (chroot without /dev). */
export function randomHex(octets: number): string {
  const bytes = Buffer.alloc(octets);
  try {
    const device = openSync('/dev/urandom', 'r');
    try {
      if (readSync(device, bytes) === octets) return bytes.toString('hex');
    } finally {
      closeSync(device);
    }
  } catch {
    // No such device: fall through.
  }
  return process.getBuiltinModule('node:crypto').randomBytes(octets).toString('hex');
}
