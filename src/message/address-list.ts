/** Finds the addresses in a header field's value or in a recipient word, each with the place of its own characters. */

import { parseAddress } from '../address.ts';
import { type AddressToken, tokensOf } from './address-tokens.ts';
import { fromOctets } from './octets.ts';
import type { AddressPlace } from './types.ts';

/** A piece that names somebody but is no address; `text` is Unicode, the offsets are those of the value. */
export interface MalformedPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface AddressList {
  readonly places: AddressPlace[];
  readonly malformed: MalformedPlace[];
}

/**
 * The addresses in the value of To, Cc, From, … (latin1 text, folding and all), in order (RFC 5322 §3.4, §4.4).
 *
 * Lenient where the intent is plain: empty items, `;` for `,`, a `<` that is never closed, several `<a@b>` in one item,
 * any text as a display name. A place covers the addr-spec alone: no brackets, quotes of names, comments around it or
 * source route; blanks and comments between its atoms lie inside and are left out of the address. An empty `<>` or
 * group names nobody. An item with a control character (a CR without LF), or with a `:` after an address, is malformed as a whole: what
 * stands there may be another field, and nobody in it is a recipient. Never throws.
 */
export function addressesIn(value: string): AddressList {
  return listOf(value, tokensOf(value), fromOctets);
}

/**
 * The addresses in one word of the command line (Unicode text): a comma list, `Name <a@b>`, `<a@b>`, `a@b` or `root`.
 * A word knows no groups, so `a;b@x` is malformed. So is a whole word that holds a control character: nothing behind a
 * smuggled line end may become a recipient.
 */
export function addressesInArgument(word: string): AddressList {
  const address = parseAddress(word);
  if (address !== undefined) return { places: [{ address, start: 0, end: word.length }], malformed: [] };
  if (/[\x00-\x1f\x7f]/.test(word)) return { places: [], malformed: [{ text: word, start: 0, end: word.length }] };
  return listOf(word, groupless(tokensOf(word)), (text) => text);
}

function* groupless(tokens: Iterable<AddressToken>): Generator<AddressToken> {
  for (const token of tokens) yield token.kind === ':' || token.kind === ';' ? { ...token, kind: 'stray' } : token;
}

/** What has been read of an addr-spec, or of the display name that it may turn out to be. */
interface Spec {
  readonly parts: string[];
  start: number;
  end: number;
  broken: boolean;
}

/** What stands between two separators. */
interface Item {
  readonly outside: Spec;
  /** The contents of each `<…>`. */
  readonly angles: Spec[];
  /** The last of `angles` while its `>` has not been seen. */
  open: Spec | undefined;
  /** Where its first token starts and its last one ends, without gaps. */
  start: number | undefined;
  end: number;
  /** It holds a control character, or a `:` after something that is no group name: nothing in it may be taken for a recipient. */
  isSpoiled: boolean;
}

function listOf(text: string, tokens: Iterable<AddressToken>, decode: (text: string) => string): AddressList {
  const list: AddressList = { places: [], malformed: [] };
  let item = emptyItem();

  function keep({ parts, start, end, broken }: Spec) {
    const address = broken ? undefined : parseAddress(decode(parts.join('')));
    if (address === undefined) list.malformed.push({ text: decode(text.slice(start, end)), start, end });
    else list.places.push({ address, start, end });
  }

  function finish({ isSpoiled, start = 0, end }: Item) {
    if (isSpoiled) list.malformed.push({ text: decode(text.slice(start, end)), start, end });
    else specsOf(item).forEach(keep);
  }

  for (const token of tokens) {
    if (endsItem(token, item)) {
      if (token.kind !== ':') finish(item);
      item = emptyItem();
    }
    take(item, token, text);
  }
  finish(item);
  return list;
}

/** A quote or comment without end spoils its item, but not the `<a@b>` that was complete before it. */
function endsItem({ kind }: AddressToken, item: Item): boolean {
  if (kind === 'unclosed') return item.angles.length > 0 && item.open === undefined;
  return kind === ',' || kind === ';' || (kind === ':' && isGroupName(item));
}

/** An `@` before the `:` makes it no name of a group: the text may be an address with another field after it. */
function isGroupName({ outside, angles, isSpoiled }: Item): boolean {
  return angles.length === 0 && !outside.parts.includes('@') && !isSpoiled;
}

/** Without an `<a@b>` the item itself is the address, with one it was the display name. */
function specsOf({ outside, angles }: Item): Spec[] {
  return (angles.length > 0 ? angles : [outside]).filter((spec) => spec.parts.length > 0);
}

/** Puts a token where it belongs; gaps and separators belong nowhere. */
function take(item: Item, token: AddressToken, text: string): void {
  if (token.kind === 'gap' || endsItem(token, item)) return;
  item.start ??= token.start;
  item.end = token.end;
  item.isSpoiled ||= isSpoiling(token, item, text);
  if (token.kind === '<' && item.open === undefined) {
    item.open = emptySpec();
    item.angles.push(item.open);
  } else if (token.kind === '>' && item.open !== undefined) {
    item.open = undefined;
  } else {
    addPart(item.open ?? item.outside, token, text.slice(token.start, token.end));
  }
}

/** ESC is left to display names in ISO-2022. */
function isSpoiling({ kind, start }: AddressToken, { open }: Item, text: string): boolean {
  if (kind === ':') return open === undefined;
  return kind === 'stray' && /[\x00-\x1a\x1c-\x1f\x7f]/.test(text.charAt(start));
}

/** Blanks may stand around the dots and the `@` of an addr-spec (RFC 5322 §4.4), not between two words. */
function addPart(spec: Spec, token: AddressToken, part: string): void {
  const last = spec.parts.at(-1);
  const isJoined = last === undefined || /[.@]$/.test(last) || /^[.@]/.test(part);
  if (!isJoined || (token.kind !== 'word' && token.kind !== '@')) spec.broken = true;
  if (last === undefined) spec.start = token.start;
  spec.end = token.end;
  spec.parts.push(part);
}

function emptyItem(): Item {
  return { outside: emptySpec(), angles: [], open: undefined, start: undefined, end: 0, isSpoiled: false };
}

function emptySpec(): Spec {
  return { parts: [], start: 0, end: 0, broken: false };
}
