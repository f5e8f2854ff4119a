/** The shapes of a message as the rooms hand it on. */

import type { Address } from '../address.ts';

/**
 * One header field, kept as it came. All text is latin1: one character is one byte, so that nothing is re-encoded.
 * `raw` holds the whole field with its folding and its line ending; joining the `raw` of all fields gives the header
 * block back byte for byte.
 */
export interface HeaderField {
  /** The name as written, without blanks: `Subject`. */
  readonly name: string;
  readonly raw: string;
}

/** The bytes behind the header block's empty line, readable any number of times. */
export interface Body {
  /** Length in octets, as stored (before line endings become CRLF and dots are doubled). */
  readonly size: number;
  /** True when a byte above 127 occurs in the body. */
  readonly eightBit: boolean;
  /** True when a line may be longer than SMTP allows (998 octets); false when none is. */
  readonly hasLongLine: boolean;
  /** True when there may be a NUL, or a CR that belongs to no CRLF; false when there is none. */
  readonly hasUnsafeOctet: boolean;
  /** The bytes from the start, in pieces of at most 64 KiB. */
  chunks(): Iterable<Buffer>;
}

export interface Message {
  readonly fields: readonly HeaderField[];
  readonly body: Body;
  /** An address in the header is beyond ASCII: only a hub with SMTPUTF8 may have it (RFC 6531). */
  readonly isInternational?: boolean;
}

/** An address found in a header field's value, with the place of its own characters (offsets into that value). */
export interface AddressPlace {
  readonly address: Address;
  readonly start: number;
  readonly end: number;
}
