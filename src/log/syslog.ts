/** Hands lines to the system log. Whatever goes wrong here, the mail does not notice. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Priority = 'info' | 'warning' | 'err' | 'debug';

export interface Label {
  readonly priority: Priority;
  readonly tag?: string | undefined;
}

/**
 * Node has no datagram socket for /dev/log, so logger(1) writes the lines; it is started and not waited for. A machine without
 * /dev/log (most containers) has no system log, and nothing is started there.
 */
export function logToSystem(lines: readonly string[], { priority, tag }: Label): void {
  if (!existsSync('/dev/log')) return;
  feedLogger(['-t', `${tagText(tag)}[${process.pid}]`, '-p', `mail.${priority}`], lines);
}

/** Lines for the standard input of logger(1); false when there is none. Never throws, and never waits. */
export function feedLogger(words: readonly string[], lines: readonly string[]): boolean {
  const program = ['/usr/bin/logger', '/bin/logger'].find((path) => existsSync(path));
  if (program === undefined) return false;
  try {
    const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {}, cwd: '/' });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${lines.join('\n')}\n`);
    child.unref();
    return true;
  } catch {
    // No process to be had: the log goes without these lines.
    return false;
  }
}

/** RFC 3164 §4.1.3: letters and digits, 32 of them; other marks that names of programs have do no harm. */
export function tagText(tag = 'ssmtp'): string {
  return tag.replaceAll(/[^\w.+@-]/g, '').slice(0, 32) || 'ssmtp';
}
