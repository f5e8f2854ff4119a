/** A message that goes round in a loop is stopped. */

import { Failure } from '../failure.ts';
import { fieldsNamed, unfolded } from '../message/header-block.ts';
import type { HeaderField } from '../message/types.ts';
import type { Route } from './route.ts';

/** RFC 5321 §6.3 asks for at least 100; sendmail and Postfix stop at 25 and 50, and nobody has missed the rest. */
const maximumHops = 50;

/** Throws Failure malformed for a message that goes in a loop, or has a header field longer than MaxHeaderLength=. */
export function refuseUnsendable(fields: readonly HeaderField[], { options, settings, identity }: Route): void {
  const { maxHeaderLength } = settings;
  const long = fields.find(({ raw }) => raw.length > maxHeaderLength);
  if (long) {
    const reason = `${long.name} has ${long.raw.length} octets, and MaxHeaderLength is ${maxHeaderLength}`;
    throw new Failure('malformed', `Cannot send: 5.6.0 ${reason}`);
  }
  // -h, as typed: what is no number counts as none.
  const before = /^\d{1,6}$/.test(options.hops ?? '') ? Number(options.hops) : 0;
  const received = fieldsNamed(fields, 'received');
  const hops = before + received.length;
  if (hops > maximumHops) throw loop(`the message has ${hops} hops behind it and seems to go in a loop`);
  if (isTwiceHere(received, identity.traceName)) throw loop(`the message has come through ${identity.traceName} twice`);
}

function loop(reason: string): Failure {
  return new Failure('malformed', `Cannot send: 5.4.6 ${reason}`);
}

/** This host twice in a row, with the same queue id: nothing else has had it in between. */
function isTwiceHere(received: readonly HeaderField[], hostName: string): boolean {
  const marks = received.map(markIn);
  return marks.some(
    (mark, index) => mark !== undefined && mark === marks[index + 1] && mark.startsWith(`${hostName.toLowerCase()} `),
  );
}

/** The host behind the first `by`, and the last id behind that; two patterns, because one would try each `by` with each `id`. */
function markIn(field: HeaderField): string | undefined {
  const value = unfolded(field);
  const by = /\bby (\S+) /.exec(value);
  const id = by && [...value.slice(by.index + by[0].length).matchAll(/\bid (\w+)/g)].at(-1);
  return id ? `${by[1]} ${id[1]}`.toLowerCase() : undefined;
}
