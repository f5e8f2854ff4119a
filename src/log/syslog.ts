/** Hands lines to the system log. Whatever goes wrong here, the mail does not notice. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Priority = 'info' | 'err' | 'debug';

/**
 * Node has no datagram socket for /dev/log, so logger(1) writes the lines; it is started and not waited for. A machine without
 * /dev/log (most containers) has no system log, and nothing is started there.
 */
export function logToSystem(
  lines: readonly string[],
  { priority, tag = 'ssmtp' }: { priority: Priority; tag?: string | undefined },
): void {
  if (!existsSync('/dev/log')) return;
  const program = ['/usr/bin/logger', '/bin/logger'].find((path) => existsSync(path));
  if (program === undefined) return;
  try {
    const child = spawn(program, ['-t', `${tagText(tag)}[${process.pid}]`, '-p', `mail.${priority}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
      cwd: '/',
    });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${lines.join('\n')}\n`);
    child.unref();
  } catch {
    // No process to be had: the log goes without these lines.
  }
}

/** RFC 3164 §4.1.3: letters and digits, 32 of them; other marks that names of programs have do no harm. */
export function tagText(tag: string): string {
  return tag.replaceAll(/[^\w.+@-]/g, '').slice(0, 32) || 'ssmtp';
}
