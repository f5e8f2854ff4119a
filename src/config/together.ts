/** Keys that mean something only together: where some of them are set anew, others from elsewhere no longer count. */

import type { KeyName } from './keys.ts';
import type { Assignment } from './reader.ts';

/** Whoever sets one of `by` takes none of `drops` from elsewhere. */
export interface Together {
  readonly by: readonly KeyName[];
  readonly drops: readonly KeyName[];
}

export const secretKeys = ['AuthPass', 'AuthPassFile', 'AuthPassCommand'] as const satisfies readonly KeyName[];
export const keyPassKeys = ['TLSKeyPass', 'TLSKeyPassFile', 'TLSKeyPassCommand'] as const satisfies readonly KeyName[];

/** A secret has one source, and a key its own passphrase. */
export const secretSources: readonly Together[] = [
  { by: secretKeys, drops: secretKeys },
  { by: ['TLSKey', ...keyPassKeys], drops: keyPassKeys },
];

/** What of `elsewhere` still counts beside `own`. */
export function besides(
  own: readonly Assignment[],
  elsewhere: readonly Assignment[],
  together: readonly Together[],
): Assignment[] {
  const isNamed = (name: KeyName) => own.some(({ key }) => key.name === name);
  const dropped = new Set(together.flatMap(({ by, drops }) => (by.some(isNamed) ? drops : [])));
  return elsewhere.filter(({ key }) => !dropped.has(key.name));
}
