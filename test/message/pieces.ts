/** Cuts octets into chunks, as a pipe may: for tests that say "however the input is cut". */

import fc from 'fast-check';
import type { HeaderField } from '../../src/message/types.ts';

/** Lengths of chunks, zero included; `cutInto` goes round them. */
export const cuts = fc
  .array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 8 })
  .filter((lengths) => lengths.some(Boolean));

export function* cutInto(latin1: string, lengths: readonly number[]): Generator<Buffer> {
  const octets = Buffer.from(latin1, 'latin1');
  for (let at = 0, turn = 0; at < octets.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield octets.subarray(at, at + length);
    at += length;
  }
}

export function octetsOf(latin1: string): Generator<Buffer> {
  return cutInto(latin1, [1]);
}

/** A field as it is read from latin1 text. */
export function fieldOf(raw: string): HeaderField {
  return { name: raw.slice(0, raw.indexOf(':')).trim(), raw };
}

/** The text that encoded words of UTF-8 stand for, by a reading of RFC 2047 that is not the program's. */
export function decodedWords(text: string): string {
  const joined = text.replaceAll(/\?=\s+=\?/g, '?==?');
  const octets = joined.replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/g, (_, encoding: string, body: string) =>
    encoding === 'B'
      ? Buffer.from(body, 'base64').toString('latin1')
      : body
          .replaceAll('_', ' ')
          .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
  return Buffer.from(octets, 'latin1').toString('utf8');
}
