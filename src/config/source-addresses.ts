/** Where connections come from: an address of this machine, or one of each family. */

import { isIP } from 'node:net';
import { canonicalAddress } from './hub-address.ts';

/** `192.0.2.7`, `2001:db8::7` or both with a comma between; undefined when it is anything else. */
export function parseSourceAddresses(text: string): string[] | undefined {
  const addresses = text.split(',').map((each) => canonicalAddress(each.trim()) ?? '');
  const families = addresses.map((each) => isIP(each));
  return families.includes(0) || new Set(families).size < families.length ? undefined : addresses;
}
