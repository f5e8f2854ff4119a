/** Every message that scripts/install and scripts/uninstall fail with, as a pattern in which `…` stands for what differs. */

import { textOf } from './source-files.ts';
import type { Spoken } from './spoken-messages.ts';

const scripts = ['scripts/install', 'scripts/install-steps', 'scripts/uninstall'];

/** `fail 64 "Cannot understand \"$word\""`, on one line. */
const failing = /\bfail (\d+) (?:"((?:[^"\\]|\\.)*)"|'([^']*)')/g;

export function scriptMessages(): Spoken[] {
  return scripts.flatMap((path) =>
    [...textOf(path).matchAll(failing)].map(([, status, inDouble, inSingle = '']) => ({
      pattern: inDouble === undefined ? inSingle : withoutVariables(inDouble),
      statuses: [Number(status)],
      path,
    })),
  );
}

function withoutVariables(text: string): string {
  return text.replaceAll(/\$(?:\{[^}]*\}|\w+)/g, '…').replaceAll(/\\(.)/g, '$1');
}
