/** `[account name]` and the lines below it: a way of its own for some senders. */

import { parseAddress } from '../address.ts';
import { textOf } from '../octets.ts';
import { type KeyName, keyNamed } from './keys.ts';
import { profiles } from './profiles.ts';
import type { Assignment } from './reader.ts';
import { besides, secretSources } from './together.ts';

export interface Section {
  readonly name: string;
  /** `/etc/ssmtp/ssmtp.conf:12` */
  readonly place: string;
  /** The patterns of `match=`, as written. */
  readonly patterns: readonly string[];
  readonly assignments: readonly Assignment[];
}

const longestName = 100;

/** The name in `[account name]`; undefined for any other section. */
export function accountNamed(line: string): string | undefined {
  const name = /^\[\s*account\s+([\w.-]+)\s*\]$/i.exec(line)?.[1];
  return name !== undefined && name.length <= longestName ? name : undefined;
}

export function patternsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((pattern) => pattern !== '');
}

/** `*` stands for any text; letters compare without regard to case. Linear in the length of both. */
export function isMatch(pattern: string, address: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const text = address.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * What counts for an account: the lines above all sections, then its own. One with a mail hub of its own takes no login from above:
 * a password must not reach a hub that it was not meant for. Nor does one with a password of its own, wherever that is kept.
 */
export function assignmentsFor(above: readonly Assignment[], own: readonly Assignment[]): Assignment[] {
  const all = withPresets(own);
  const hasOwnHub = all.some(({ key }) => key.name === 'mailhub');
  const taken = above.filter(({ key }) => !(hasOwnHub && key.account === 'own'));
  return [...besides(all, taken, secretSources), ...all];
}

/** A profile's presets stand before the lines that name it, so that any of them counts more. */
export function withPresets(assignments: readonly Assignment[]): Assignment[] {
  const last = (name: KeyName) => assignments.findLast(({ key, octets }) => key.name === name && octets !== '');
  const chosen = last('Profile');
  const profile = chosen && profiles.find(({ name }) => name === textOf(chosen.octets).toLowerCase());
  if (!profile) return [...assignments];
  const login = last('AuthUser')?.octets;
  const presets = profile.presets.flatMap(({ key: name, value }) => {
    const octets = value === 'login' ? login : value;
    const isUsable = octets !== undefined && (value !== 'login' || parseAddress(textOf(octets))?.includes('@'));
    const place = `Profile=${profile.name} (${chosen.place})`;
    const key = keyNamed(name);
    return isUsable && key ? [{ key, octets, place }] : [];
  });
  return [...presets, ...assignments];
}
