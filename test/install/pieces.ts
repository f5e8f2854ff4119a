/** What the tests of scripts/install share. */

import assert from 'node:assert/strict';
import { type Machine, onMachine } from './machine.ts';

/** Puts it in place without asking a hub. */
export const install = 'scripts/install --no-probe --schedule cron mailhub=hub.invalid root=admin@example.org';
export const uninstall = '/usr/local/share/ssmtp/uninstall';
/** In front of a command that somebody without rights is to run. */
export const nobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups';

/** Throws when the script fails. */
export async function outputOf(machine: Machine): Promise<string> {
  const { status, output } = await onMachine(machine);
  assert.equal(status, 0, output);
  return output;
}
