/** What `--check` finds of aliases and revaliases: whether everybody who sends mail, and whoever runs the queue, may read them. */

import { modeOf } from '../config/permissions.ts';
import type { Settings } from '../config/types.ts';
import type { System } from '../system.ts';
import type { Finding } from './finding.ts';
import { isClosedTo } from './queue-finding.ts';

/**
 * A finding for each of the two files that is closed to some users. `file` is the configuration that the queue's runner reads, too;
 * undefined for one that serves its owner alone.
 */
export function nameFileFindings(
  { aliases, revaliasesFile, queue }: Settings,
  system: System,
  file: string | undefined,
): Finding[] {
  if (file === undefined) return [];
  const permissions = queue && modeOf(queue.path, system) ? system.permissionsOf(queue.path) : undefined;
  const owner = permissions && (system.userOf(permissions.uid)?.name ?? `user id ${permissions.uid}`);
  const configurationMode = modeOf(file, system);
  const isOpen = configurationMode === undefined || (configurationMode & 0o004) !== 0;
  const files = [
    ...(aliases ? [{ what: 'aliases', path: aliases.path }] : []),
    { what: 'revaliases', path: revaliasesFile },
  ];
  return files.flatMap(({ what, path }): Finding[] => {
    const mode = modeOf(path, system);
    if (!mode || (mode & 0o004) !== 0) return [];
    if (permissions && isClosedTo(permissions, path, system)) {
      const text = `${owner}, who runs the queue, cannot read ${path}, so mail that needs it stays there; the file's mode must be 640, and its group that of the queue`;
      return [{ what, result: 'warning', text }];
    }
    // Users who may not read the configuration either send through the queue, or not at all.
    if (!isOpen) return [];
    if (permissions)
      return [{ what, result: 'note', text: `${path} is closed to some users: their mail goes through the queue` }];
    const text = `${path} is closed to some users, who have no queue: their mail that needs it is refused with status 78`;
    return [{ what, result: 'warning', text }];
  });
}
