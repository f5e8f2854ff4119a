/** Makes of a message's body what a hub takes: each part is declared as what it is, and encoded where it cannot leave so. */

import { contentOf, isComposite } from './content-type.ts';
import { encodeField, foldField } from './encode-field.ts';
import { unknownCharset } from './fitness.ts';
import { fieldNamed, headerOctets, makeField, withHexOctets, withoutNul } from './header-block.ts';
import { longestLine } from './long-lines.ts';
import { type Part, type Piece, piecesOf } from './mime-parts.ts';
import {
  base64,
  base64Again,
  base64Exactly,
  quotedPrintable,
  quotedPrintableAgain,
  type TextEncoder,
} from './transfer-encoding.ts';
import type { Body, HeaderField, Message } from './types.ts';

/** What has been found out about a part. */
interface Survey {
  readonly part: Part;
  octets: number;
  eightBit: number;
  isTooLong: boolean;
  hasNul: boolean;
  hasReturn: boolean;
  /** Some of it is never taken apart, and so cannot be encoded. */
  isVerbatim: boolean;
}

interface Treatment {
  readonly encoder: (() => TextEncoder) | undefined;
  /** What Content-Transfer-Encoding must say; undefined when it is right. */
  readonly encoding: string | undefined;
  /** Octets beyond ASCII leave as they are, in the part or in one that it holds. */
  readonly isEightBit: boolean;
}

type Treatments = ReadonlyMap<number, Treatment>;

/**
 * The message with each part declared as what it is (RFC 2045 §6.4), and encoded where it holds what the hub does not take: 8-bit
 * text without 8BITMIME (RFC 6152), lines that are too long, NUL, and CR without LF. The content stays the same, octet for octet
 * but for the line ends of text. Signed parts stay as they are. The message itself when nothing is to be changed.
 */
export function fitted(message: Message, takesEightBit: boolean): Message {
  const treatments = treatmentsOf(message, takesEightBit);
  const own = treatments.get(0) ?? untouched;
  let isChanged = false;
  const note = () => {
    isChanged = true;
  };
  const chunks = () => changedChunks(message, { treatments, takesEightBit, note });
  let size = 0;
  for (const chunk of chunks()) size += chunk.length;
  const fields = declared(message, own, isChanged);
  if (!isChanged && fields === message.fields) return message;
  const body: Body = { size, eightBit: own.isEightBit, hasLongLine: false, hasUnsafeOctet: false, chunks };
  return { ...message, fields, body };
}

const untouched: Treatment = { encoder: undefined, encoding: undefined, isEightBit: false };

function treatmentsOf(message: Message, takesEightBit: boolean): Treatments {
  const treatments = new Map<number, Treatment>();
  const eightBitHolders = new Set<number>();
  // From the innermost to the message itself: a part must be declared as at least what those in it are.
  for (const survey of surveysOf(message, takesEightBit).toReversed()) {
    const { number, content, parent } = survey.part;
    const treatment = isComposite(content.type)
      ? compositeTreatment(content.encoding, survey.eightBit > 0 || eightBitHolders.has(number), takesEightBit)
      : leafTreatment(survey, takesEightBit);
    treatments.set(number, content.type === 'multipart/signed' ? { ...treatment, encoding: undefined } : treatment);
    if (treatment.isEightBit && parent) eightBitHolders.add(parent.number);
  }
  return treatments;
}

/** One for each part, in their order. */
function surveysOf(message: Message, takesEightBit: boolean): Survey[] {
  const surveys: Survey[] = [];
  const surveyOf = (part: Part) => {
    const known = surveys[part.number];
    if (known) return known;
    const survey = {
      part,
      octets: 0,
      eightBit: 0,
      isTooLong: false,
      hasNul: false,
      hasReturn: false,
      isVerbatim: false,
    };
    surveys[part.number] = survey;
    return survey;
  };
  let line = 0;
  for (const piece of piecesOf(message)) {
    const survey = surveyOf(piece.part);
    if (piece.what === 'text') {
      survey.octets += piece.text.length;
      survey.eightBit += eightBitIn(piece.text);
      survey.hasNul ||= piece.text.includes('\0');
      survey.hasReturn ||= piece.text.includes('\r');
      line += piece.text.length;
      survey.isTooLong ||= line > longestLine;
    } else {
      line = 0;
      survey.isVerbatim ||= piece.what === 'verbatim';
      // In text several CRs before a LF are a line end that was converted twice.
      if (piece.what === 'end') survey.hasReturn ||= piece.text.length > 2 && !isTextual(piece.part);
      // A header belongs to what its part stands in.
      const holder = piece.what === 'header' ? piece.part.parent : piece.part;
      const held = takesEightBit || piece.what === 'verbatim' ? eightBitIn(piece.text) : 0;
      if (holder) surveyOf(holder).eightBit += held;
    }
  }
  return surveys;
}

/** Its line ends are no octets, but ends of lines. */
function isTextual({ content }: Part): boolean {
  return content.type.startsWith('text/');
}

function eightBitIn(text: string): number {
  return text.match(/[\x80-\xff]+/g)?.reduce((sum, run) => sum + run.length, 0) ?? 0;
}

function compositeTreatment(encoding: string, isEightBit: boolean, takesEightBit: boolean): Treatment {
  if (isEightBit) return { ...untouched, isEightBit, encoding: encoding === '8bit' ? undefined : '8bit' };
  const isTooMuch = encoding === 'binary' || (encoding === '8bit' && !takesEightBit);
  return { ...untouched, encoding: isTooMuch ? '7bit' : undefined };
}

/** A part of which two thirds are 8-bit octets becomes base64, any other quoted-printable. */
function leafTreatment(survey: Survey, takesEightBit: boolean): Treatment {
  const { encoding } = survey.part.content;
  const isEightBit = survey.eightBit > 0;
  if (survey.isVerbatim) return { ...untouched, isEightBit };
  const isUnsafe = survey.isTooLong || survey.hasNul || survey.hasReturn;
  if (encoding === 'quoted-printable' || encoding === 'base64') {
    const again = encoding === 'base64' ? base64Again : quotedPrintableAgain;
    return isUnsafe || isEightBit ? { ...untouched, encoder: again } : untouched;
  }
  // An agreement between writer and reader, which cannot be encoded once more. Other words are misspelled or mean nothing.
  if (encoding.startsWith('x-')) return { ...untouched, isEightBit };
  const isText = isTextual(survey.part) && !survey.hasNul;
  const isBinary = encoding === 'binary' && !isText;
  if (!isUnsafe && !isBinary && (takesEightBit || !isEightBit)) {
    if (isEightBit) return { ...untouched, isEightBit, encoding: encoding === '8bit' ? undefined : '8bit' };
    return { ...untouched, encoding: encoding === 'binary' ? '7bit' : undefined };
  }
  if (!isText) return { ...untouched, encoder: base64Exactly, encoding: 'base64' };
  return survey.eightBit * 3 > survey.octets * 2
    ? { ...untouched, encoder: base64, encoding: 'base64' }
    : { ...untouched, encoder: quotedPrintable, encoding: 'quoted-printable' };
}

/**
 * The header of the message: its encoding, the charset of 8-bit text that has none, and MIME-Version, without which the others mean
 * nothing (RFC 2045 §4).
 */
function declared({ fields, body }: Message, { encoding }: Treatment, isChanged: boolean): readonly HeaderField[] {
  const isMissing = (name: string) => fieldNamed(fields, name) === undefined;
  const isUntyped = isMissing('content-type') && (body.eightBit ? isPlain(fields) : isMissing('mime-version'));
  if (encoding === undefined && !isChanged && !(isUntyped && body.eightBit)) return fields;
  const version = isMissing('mime-version') ? [makeField('MIME-Version', '1.0')] : [];
  const charset = body.eightBit ? charsetOf(body) : 'us-ascii';
  const type = isUntyped ? [makeField('Content-Type', `text/plain; charset=${charset}`)] : [];
  return withEncoding([...fields, ...version, ...type], encoding);
}

/** What the body holds is its text, and no other encoding of it. */
function isPlain(fields: readonly HeaderField[]): boolean {
  return !/^(base64|quoted-printable|x-.*)$/.test(contentOf(fields).encoding);
}

function charsetOf(body: Body): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (const chunk of body.chunks()) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return unknownCharset;
    throw error;
  }
}

/** In the place of the field that says otherwise; of several only one stays. */
function withEncoding(fields: readonly HeaderField[], encoding: string | undefined): readonly HeaderField[] {
  if (encoding === undefined) return fields;
  const isEncoding = ({ name }: HeaderField) => name.toLowerCase() === 'content-transfer-encoding';
  const field = makeField('Content-Transfer-Encoding', encoding);
  const at = fields.findIndex(isEncoding);
  if (at < 0) return [...fields, field];
  return [...fields.slice(0, at), field, ...fields.slice(at).filter((each) => !isEncoding(each))];
}

interface Changes {
  readonly treatments: Treatments;
  readonly takesEightBit: boolean;
  /** Called when something leaves otherwise than it came. */
  readonly note: () => void;
}

function* changedChunks(message: Message, changes: Changes): Generator<Buffer> {
  let encoder: TextEncoder | undefined;
  let encoded: Part | undefined;
  let text = '';
  for (const piece of piecesOf(message)) {
    const part = piece.what === 'text' || piece.what === 'end' ? piece.part : undefined;
    if (part !== encoded) {
      text += encoder?.end() ?? '';
      encoder = part && changes.treatments.get(part.number)?.encoder?.();
      encoded = part;
    }
    if (!encoder) text += changedText(piece, changes);
    else text += piece.what === 'text' ? encoder.take(piece.text) : encoder.lineEnd(piece.text);
    if (encoder) changes.note();
    if (text.length < blockSize) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
  }
  yield Buffer.from(text + (encoder?.end() ?? ''), 'latin1');
}

const blockSize = 64 * 1024;

function changedText(piece: Piece, changes: Changes): string {
  const { what, text } = piece;
  if (what !== 'header' && what !== 'ignored') return text;
  const changed = what === 'header' ? changedHeader(piece, changes) : withoutForeign(text, changes);
  if (changed !== text) changes.note();
  return changed;
}

/** Nobody is shown this text, and it cannot be encoded. */
function withoutForeign(text: string, { takesEightBit }: Changes): string {
  return text.replaceAll(takesEightBit ? /\0/g : /[\0\x80-\xff]/g, '?');
}

function changedHeader({ part, text }: Piece, { treatments, takesEightBit }: Changes): string {
  const { fields, content, isMessage } = part;
  const encoding = treatments.get(part.number)?.encoding;
  const isVersionMissing = isMessage && encoding !== undefined && fieldNamed(fields, 'mime-version') === undefined;
  const version = isVersionMissing ? [makeField('MIME-Version', '1.0')] : [];
  const syntaxOf = ({ name }: HeaderField) => (/^content-(type|disposition)$/i.test(name) ? 'parameters' : 'text');
  const otherCharset = content.charset ?? unknownCharset;
  const inAscii = (field: HeaderField) =>
    /^content-id$/i.test(field.name) ? withHexOctets(field) : encodeField(field, syntaxOf(field), otherCharset);
  const after = withEncoding([...fields, ...version], encoding)
    .map((field) => (takesEightBit ? field : inAscii(field)))
    .map((field) => foldField(withoutNul(field)));
  const isSame = after.length === fields.length && after.every((field, index) => field === fields[index]);
  return isSame ? text : headerOctets(after).toString('latin1');
}
