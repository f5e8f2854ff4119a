/** Who else may change what decides about the mail; for `ssmtp --check`. */

import type { Reading, Surroundings } from './settings.ts';

/** Each complaint names the file. Files that do not exist, or that nobody may look at, are complained of elsewhere. */
export function permissionFaultsIn({ file, revaliasesFile, settings }: Reading, system: Surroundings): string[] {
  const ways = settings ? [settings, ...settings.accounts.map((account) => account.settings)] : [];
  const all = ways.flatMap((way) => [way, ...way.otherHubs]);
  const decisive = [file, revaliasesFile, ...all.flatMap(({ aliases }) => aliases?.path ?? [])];
  return [...new Set(decisive)].flatMap((path) => {
    const mode = modeOf(path, system) ?? 0;
    return mode & 0o002 ? [`${path}: Cannot trust the file: every user may change it (mode ${octal(mode)})`] : [];
  });
}

/** undefined when the file does not exist; 0 when whoever asks may not look there. */
export function modeOf(path: string, system: Pick<Surroundings, 'permissionsOf'>): number | undefined {
  try {
    return system.permissionsOf(path)?.mode;
  } catch (error) {
    if (error instanceof Error) return 0;
    throw error;
  }
}

export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
