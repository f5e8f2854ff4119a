/** What the tests of scripts/install share. */

import assert from 'node:assert/strict';
import { type Machine, onMachine } from './machine.ts';

/** Puts it in place without asking a hub. */
export const install = 'scripts/install --no-probe --schedule cron mailhub=hub.invalid root=admin@example.org';
export const uninstall = '/usr/local/share/ssmtp/uninstall';
/** In front of a command that somebody without rights is to run. */
export const nobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups';

/** `terminal COMMAND` runs it there, `answer QUESTION TEXT` types, `terminal_ends` waits for it and gives its status. */
export const terminal = `terminal() { coproc typist { script -qec "$1" /dev/null; }; }
answer() {
  local seen='' next
  until [[ $seen == *"$1"* && $seen == *': ' ]]; do
    IFS= read -rN 1 -u "\${typist[0]}" next || { printf '%s' "$seen"; return 1; }
    seen+=$next
  done
  printf '%s\\n' "$2" >&"\${typist[1]}"
  printf '%s' "$seen"
}
terminal_ends() {
  local job=$typist_PID
  cat <&"\${typist[0]}"
  wait $job
}
`;

/** Throws when the script fails. */
export async function outputOf(machine: Machine): Promise<string> {
  const { status, output } = await onMachine(machine);
  assert.equal(status, 0, output);
  return output;
}
