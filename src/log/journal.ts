/** Hands an entry with its fields to systemd's journal. */

import { existsSync } from 'node:fs';
import type { LogFields } from './line.ts';
import { feedLogger, type Label, tagText } from './syslog.ts';

/** Where the journal takes entries with fields (systemd.journal-fields(7)); a datagram socket, which Node does not speak to. */
export const journalSocket = '/run/systemd/journal/socket';

/** syslog(3). */
const levels = { err: 3, warning: 4, info: 6, debug: 7 } as const;
const mailFacility = 2;

/** False where there is no journal; then nothing has been written. `journalctl SSMTP_ID=…` finds the fields again. */
export function logToJournal(text: string, fields: LogFields, { priority, tag }: Label): boolean {
  if (!existsSync(journalSocket)) return false;
  const entry = {
    MESSAGE: text,
    PRIORITY: levels[priority],
    SYSLOG_FACILITY: mailFacility,
    SYSLOG_IDENTIFIER: tagText(tag),
    SYSLOG_PID: process.pid,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`SSMTP_${name.toUpperCase()}`, value])),
  };
  const lines = Object.entries(entry).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`,
  );
  return feedLogger(['--journald'], lines);
}
