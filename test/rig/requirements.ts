/** Says why the end-to-end tests cannot run on this machine, so that they are skipped with words and never silently. */

import { spawnSync } from 'node:child_process';

/** Debian packages: postfix, dovecot-core, openssl, time. */
const commands = ['postfix', 'dovecot', 'doveadm', 'openssl', 'setpriv', 'time'] as const;

/** `false` when everything is there; otherwise the reason, as node:test's `skip` wants it. */
export const missingForEndToEnd: string | false = reasonToSkip();

function reasonToSkip(): string | false {
  if (process.platform !== 'linux') return 'SKIPPED: the end-to-end tests need Linux';
  if (process.getuid?.() !== 0) return 'SKIPPED: the end-to-end tests start Postfix and Dovecot, which needs root';
  const absent = commands.filter((command) => !isInstalled(command));
  if (absent.length > 0) return `SKIPPED: not installed: ${absent.join(', ')} (see scripts/debian-packages.txt)`;
  const dovecot = spawnSync('dovecot', ['--version'], { encoding: 'utf8' }).stdout.trim();
  if (!/^2\.[34]\./.test(dovecot))
    return `SKIPPED: the private Dovecot is written for 2.3 and 2.4, this machine has ${dovecot}`;
  return false;
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command]).status === 0;
}
