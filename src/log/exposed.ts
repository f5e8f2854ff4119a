/** What the log, and nobody else, is told when every user may read a secret: cron would mail what stands on standard error. */

import { exposedAmong } from '../config/secret-files.ts';
import type { SecretFile, Settings } from '../config/types.ts';
import { printable } from '../printable.ts';
import type { System } from '../system.ts';

/** Lists of files that have been looked at: whoever sends many messages has read the configuration once. */
const seen = new WeakSet<readonly SecretFile[]>();

/** One line the first time that it is asked, or none. */
export function exposureFirstSeen({ secretFiles }: Settings, system: System): string[] {
  if (seen.has(secretFiles)) return [];
  seen.add(secretFiles);
  const [first, ...more] = exposedAmong(secretFiles, system);
  if (first === undefined) return [];
  return [printable(more.length === 0 ? first : `${first}; ssmtp --check tells of ${more.length} more`)];
}
