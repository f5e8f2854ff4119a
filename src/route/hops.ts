/** A message that goes round in a loop is stopped. */

import { Failure } from '../failure.ts';
import { fieldsNamed } from '../message/header-block.ts';
import type { HeaderField } from '../message/types.ts';

/** RFC 5321 §6.3 asks for at least 100; sendmail and Postfix stop at 25 and 50, and nobody has missed the rest. */
const maximumHops = 50;

/** `counted` is -h, as typed: what is no number counts as none. Throws Failure malformed. */
export function refuseLoop(fields: readonly HeaderField[], counted: string | undefined): void {
  const before = /^\d{1,6}$/.test(counted ?? '') ? Number(counted) : 0;
  const hops = before + fieldsNamed(fields, 'received').length;
  if (hops <= maximumHops) return;
  throw new Failure('malformed', `Cannot send: 5.4.6 the message has ${hops} hops behind it and seems to go in a loop`);
}
