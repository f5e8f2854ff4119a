/** Keeps to the rights of whoever calls, whatever the bits on the program's file. */

/**
 * Installed setuid or setgid, as sSMTP was on some systems, the program would lend its rights to every caller: to read what `-C` names,
 * to run what `AuthPassCommand=` says. Throws the system's own error.
 */
export function dropLentRights(): void {
  const group = process.getgid?.();
  const user = process.getuid?.();
  // The group first: without the user's rights it could not be changed any more.
  if (group !== undefined && group !== process.getegid?.()) process.setgid?.(group);
  if (user !== undefined && user !== process.geteuid?.()) process.setuid?.(user);
}
