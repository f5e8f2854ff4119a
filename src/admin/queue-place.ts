/** Which queue an administrator means, and with which settings its messages are shown. */

import type { Options } from '../cli/options.ts';
import { modeOf } from '../config/permissions.ts';
import { isDeniedTo, loadSettings } from '../config/settings.ts';
import type { Settings } from '../config/types.ts';
import { Failure } from '../failure.ts';
import { placeAt } from '../queue/directory.ts';
import type { QueuePlace } from '../queue/open-entry.ts';
import { defaultQueuePlace, runnerOf } from '../queue/safety.ts';
import type { System } from '../system.ts';

/** For what an administrator does. Throws Failure config; to a user who may not read the file it says who may. */
export function administratorsSettings(options: Options, system: System): Settings {
  try {
    return loadSettings(options, system);
  } catch (error) {
    if (!(error instanceof Failure) || options.configFile !== undefined || !isDeniedTo(options, system)) throw error;
    const place = defaultQueuePlace;
    const isThere = place !== undefined && modeOf(place, system) !== undefined;
    const hint = isThere
      ? `Do this as root, or as user ${runnerOf(place, system)}, who runs the queue`
      : 'Do this as root';
    throw new Failure(error.kind, error.message, { hint, cause: error });
  }
}

/**
 * A configuration that cannot be read hides no mail: the usual queue is shown then. `place` is
 * undefined when there is no queue. Throws Failure config when a directory is named and does not exist.
 */
export function queueFor(
  options: Options,
  system: System,
): { place: QueuePlace | undefined; settings: Settings | undefined } {
  const settings = settingsOrNothing(options, system);
  const path = settings ? settings.queue?.path : defaultQueuePlace;
  const place = path === undefined ? undefined : placeAt(path);
  if (!place && settings?.queue?.isNamed) throw new Failure('config', `Cannot show the queue: ${path} does not exist`);
  return { place, settings };
}

function settingsOrNothing(options: Options, system: System): Settings | undefined {
  try {
    return loadSettings(options, system);
  } catch (error) {
    if (error instanceof Failure && options.configFile === undefined) return undefined;
    throw error;
  }
}
