/** `newaliases`: there is nothing to build, so the file is checked. */

import type { Options } from '../cli/options.ts';
import { aliasesOf } from '../config/aliases.ts';
import { failureKinds } from '../failure.ts';
import { addressesInArgument } from '../message/address-list.ts';
import { isNoMailbox, listsFrom, targetsOf } from '../route/included-list.ts';
import { objectionTo } from '../route/recipient.ts';
import type { System } from '../system.ts';
import { administratorsSettings } from './queue-place.ts';

/** `status` is 65 when the file holds errors, which are `complaints`. Throws Failure config when it cannot be read. */
export function aliasesReport(
  options: Options,
  system: System,
): { text: string; complaints: readonly string[]; status: number } {
  const settings = administratorsSettings(options, system);
  const aliases = aliasesOf(settings, system);
  const path = settings.aliases?.path;
  if (!aliases) {
    return {
      text: path === undefined ? 'Aliases=NO: no aliases are used\n' : `${path}: there is no such file\n`,
      complaints: [],
      status: 0,
    };
  }
  const entries = [...aliases.byName.values()];
  const lists = listsFrom(system);
  const unusable = entries.flatMap((entry) =>
    [...targetsOf(entry, { settings, system, lists })].flatMap((target) =>
      complaintsAbout(target).map((why) => `${entry.place}: Cannot send to "${target}": ${why}`),
    ),
  );
  const targets = entries.flatMap((entry) => entry.targets);
  const longest = Math.max(0, ...targets.map((target) => Buffer.byteLength(target)));
  const complaints = [...aliases.complaints, ...unusable];
  return {
    text: `${path}: ${entries.length} aliases, longest target ${longest} octets; nothing needs to be built\n`,
    complaints,
    status: complaints.length > 0 ? failureKinds.malformed.status : 0,
  };
}

function complaintsAbout(target: string): string[] {
  if (isNoMailbox(target)) return [objectionTo(target)];
  const { malformed } = addressesInArgument(target.replace(/^\\/, ''));
  return malformed.map(({ text }) => objectionTo(text));
}
