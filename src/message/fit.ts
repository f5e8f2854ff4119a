/** Makes of a message's body what a hub takes: each part is declared as what it is, and encoded where it cannot leave so. */

import { isAscii } from 'node:buffer';
import { contentOf, isComposite } from './content-type.ts';
import { encodeField, foldField, isBeyondAscii } from './encode-field.ts';
import { syntaxOf } from './field-syntax.ts';
import { unknownCharset } from './fitness.ts';
import { fieldNamed, headerOctets, makeField, unfolded, withoutNul } from './header-block.ts';
import { longestLine } from './long-lines.ts';
import { type Part, piecesOf } from './mime-parts.ts';
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
  /** Some of it is never taken apart. */
  isVerbatim: boolean;
  /** A part stands in it. */
  isHolder: boolean;
  /** Of all that has no encoding of its own: something is not for this hub; so is some of what readers ignore. */
  isUnfit: boolean;
  isIgnoredUnfit: boolean;
}

interface Treatment {
  readonly encoder: (() => TextEncoder) | undefined;
  /** What Content-Transfer-Encoding must say; undefined when it is right. */
  readonly encoding: string | undefined;
  /** Octets beyond ASCII leave as they are, in the part or in one that it holds. */
  readonly isEightBit: boolean;
  /** It leaves as plain text, with all that it holds. */
  readonly isPlainText?: true;
}

type Treatments = ReadonlyMap<number, Treatment>;

/**
 * The message with each part declared as what it is (RFC 2045 §6.4), and encoded where it holds what the hub does not take: 8-bit
 * text without 8BITMIME (RFC 6152), lines that are too long, NUL, and CR without LF. The content stays the same, octet for octet
 * but for the line ends of text. A part that cannot be taken apart leaves as plain text where the hub cannot have it as it is.
 * Signed parts stay as they are. The message itself when nothing is to be changed.
 */
export function fitted(message: Message, takesEightBit: boolean): Message {
  const steps = fittingSteps(message, takesEightBit);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As `fitted`, for a caller with other things to do: it may pause at each step, which takes a part of a second. */
export function* fittingSteps(message: Message, takesEightBit: boolean): Generator<void, Message> {
  const treatments = yield* treatmentsOf(message, takesEightBit);
  const own = treatments.get(0) ?? untouched;
  let isChanged = false;
  const note = () => {
    isChanged = true;
  };
  const charsets = yield* charsetsOf(message, treatments);
  const chunks = () => changedChunks(message, { treatments, charsets, takesEightBit, note });
  let size = 0;
  let chunkCount = 0;
  for (const chunk of chunks()) {
    size += chunk.length;
    chunkCount += 1;
    if (chunkCount % chunksPerStep === 0) yield;
  }
  const fields = yield* declared(message, own, isChanged);
  if (!isChanged && fields === message.fields) return message;
  const body: Body = { size, eightBit: own.isEightBit, hasLongLine: false, hasUnsafeOctet: false, chunks };
  return { ...message, fields, body };
}

const untouched: Treatment = { encoder: undefined, encoding: undefined, isEightBit: false };

/** Four times what `changedChunks` reads for one: a MiB of the message. */
const chunksPerStep = 4;
/** Characters, with an allowance for each piece: taking a line apart costs about as much as reading so many. */
const stepSize = 1024 * 1024;
const pieceAllowance = 100;

function* treatmentsOf(message: Message, takesEightBit: boolean): Generator<void, Treatments> {
  const treatments = new Map<number, Treatment>();
  const eightBitHolders = new Set<number>();
  const surveys = yield* surveysOf(message, takesEightBit);
  if (surveys.some(({ part, isUnfit }) => part.isRest && isUnfit)) return new Map([[0, asPlainText]]);
  // From the innermost to the message itself: a part must be declared as at least what those in it are.
  for (const survey of surveys.toReversed()) {
    const { number, content, parent } = survey.part;
    const treatment = isComposite(content.type)
      ? compositeTreatment(survey, eightBitHolders.has(number), takesEightBit)
      : leafTreatment(survey, takesEightBit);
    treatments.set(number, content.type === 'multipart/signed' ? { ...treatment, encoding: undefined } : treatment);
    if (treatment.isEightBit && parent) eightBitHolders.add(parent.number);
  }
  return treatments;
}

/** One for each part, in their order. */
function* surveysOf(message: Message, takesEightBit: boolean): Generator<void, Survey[]> {
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
      isHolder: false,
      isUnfit: false,
      isIgnoredUnfit: false,
    };
    surveys[part.number] = survey;
    if (part.parent) surveyOf(part.parent).isHolder = true;
    return survey;
  };
  const lines = lineLengths();
  let read = 0;
  for (const piece of piecesOf(message)) {
    const { what, text } = piece;
    read += text.length + pieceAllowance;
    if (read >= stepSize) {
      yield;
      read = 0;
    }
    const survey = surveyOf(piece.part);
    const isTooLong = lines.isTooLong(text);
    if (what === 'text') {
      survey.octets += text.length;
      survey.eightBit += eightBitIn(text);
      survey.hasNul ||= text.includes('\0');
      survey.hasReturn ||= text.includes('\r');
      survey.isTooLong ||= isTooLong;
      continue;
    }
    // In text several CRs before a LF are a line end that was converted twice.
    if (what === 'end') survey.hasReturn ||= text.length > 2 && !isTextual(piece.part);
    else if (what === 'ignored') survey.isIgnoredUnfit ||= isTooLong || hasForeign(text, takesEightBit);
    else if (what === 'verbatim') survey.isUnfit ||= isTooLong || hasForeign(text, takesEightBit);
    else if (what === 'delimiter') survey.isUnfit ||= hasForeign(text.trimEnd(), takesEightBit);
    survey.isVerbatim ||= what === 'verbatim';
    // A header belongs to what its part stands in.
    const holder = what === 'header' ? piece.part.parent : piece.part;
    const held = takesEightBit || what === 'verbatim' ? eightBitIn(text) : 0;
    if (holder) surveyOf(holder).eightBit += held;
  }
  return surveys;
}

/** Follows lines that come in pieces. */
function lineLengths(): { isTooLong(text: string): boolean } {
  let open = 0;
  return {
    /** True when a line that is too long ends in this text, or goes on behind it. */
    isTooLong(text) {
      let isFound = false;
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        isFound ||= open + end - start - (text[end - 1] === '\r' ? 1 : 0) > longestLine;
        open = 0;
        start = end + 1;
      }
      open += text.length - start;
      return isFound || open > longestLine;
    },
  };
}

/** Octets that this hub does not take: NUL, CR outside of line ends, and 8-bit text. */
function hasForeign(text: string, takesEightBit: boolean): boolean {
  if (text.includes('\0') || (!takesEightBit && /[\x80-\xff]/.test(text))) return true;
  return text.includes('\r') && text.replaceAll('\r\n', '\n').includes('\r');
}

/** Its line ends are no octets, but ends of lines. */
function isTextual({ content }: Part): boolean {
  return content.type.startsWith('text/');
}

function eightBitIn(text: string): number {
  return text.match(/[\x80-\xff]+/g)?.reduce((sum, run) => sum + run.length, 0) ?? 0;
}

/**
 * The last resort for what cannot be taken apart: a reader gets every octet, and the type and encoding that were named stand beside it.
 */
const asPlainText: Treatment = {
  encoder: quotedPrintable,
  encoding: 'quoted-printable',
  isEightBit: false,
  isPlainText: true,
};

function compositeTreatment(survey: Survey, isHolderEightBit: boolean, takesEightBit: boolean): Treatment {
  const { type, encoding } = survey.part.content;
  // Where no delimiter begins a part, nothing is a multipart to any reader.
  const isUnfit = survey.isUnfit || (survey.isIgnoredUnfit && !survey.isHolder);
  if (isUnfit && type !== 'multipart/signed') return asPlainText;
  const isEightBit = survey.eightBit > 0 || isHolderEightBit;
  if (isEightBit) return { ...untouched, isEightBit, encoding: encoding === '8bit' ? undefined : '8bit' };
  const isTooMuch = encoding === 'binary' || (encoding === '8bit' && !takesEightBit);
  return { ...untouched, encoding: isTooMuch ? '7bit' : undefined };
}

/** A part of which two thirds are 8-bit octets becomes base64, any other quoted-printable. */
function leafTreatment(survey: Survey, takesEightBit: boolean): Treatment {
  const { encoding } = survey.part.content;
  const isEightBit = survey.eightBit > 0;
  if (survey.isUnfit) return asPlainText;
  if (survey.isVerbatim) return { ...untouched, isEightBit };
  const isUnsafe = survey.isTooLong || survey.hasNul || survey.hasReturn;
  if (encoding === 'quoted-printable' || encoding === 'base64') {
    const again = encoding === 'base64' ? base64Again : quotedPrintableAgain;
    return isUnsafe || isEightBit ? { ...untouched, encoder: again } : untouched;
  }
  // An agreement between writer and reader, which cannot be encoded once more. Other words are misspelled or mean nothing.
  if (encoding.startsWith('x-')) {
    return isUnsafe || (isEightBit && !takesEightBit) ? asPlainText : { ...untouched, isEightBit };
  }
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
function* declared(
  { fields, body }: Message,
  treatment: Treatment,
  isChanged: boolean,
): Generator<void, readonly HeaderField[]> {
  const { encoding } = treatment;
  const isMissing = (name: string) => fieldNamed(fields, name) === undefined;
  if (treatment.isPlainText) {
    const version = isMissing('mime-version') ? [makeField('MIME-Version', '1.0')] : [];
    return plainTextFields([...fields, ...version], yield* charsetOf(body.chunks()));
  }
  const isUntyped = isMissing('content-type') && (body.eightBit ? isPlain(fields) : isMissing('mime-version'));
  if (encoding === undefined && !isChanged && !(isUntyped && body.eightBit)) return fields;
  const version = isMissing('mime-version') ? [makeField('MIME-Version', '1.0')] : [];
  const charset = body.eightBit ? yield* charsetOf(body.chunks()) : 'us-ascii';
  const type = isUntyped ? [makeField('Content-Type', `text/plain; charset=${charset}`)] : [];
  return withEncoding([...fields, ...version, ...type], encoding);
}

/** What the body holds is its text, and no other encoding of it. */
function isPlain(fields: readonly HeaderField[]): boolean {
  return !/^(base64|quoted-printable|x-.*)$/.test(contentOf(fields).encoding);
}

function* charsetOf(chunks: Iterable<Buffer>): Generator<void, string> {
  const charset = charsetWatch();
  let read = 0;
  for (const chunk of chunks) {
    charset.see(chunk);
    read += chunk.length;
    if (read >= stepSize) {
      yield;
      read = 0;
    }
  }
  return charset.name();
}

function charsetWatch(): { see(chunk: Buffer): void; name(): string } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isPlain = true;
  let isUtf8 = true;
  const decode = (chunk?: Buffer) => {
    try {
      if (isUtf8) decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      isUtf8 = false;
    }
  };
  return {
    see(chunk) {
      isPlain &&= isAscii(chunk);
      decode(chunk);
    },
    name() {
      decode();
      if (isPlain) return 'us-ascii';
      return isUtf8 ? 'utf-8' : unknownCharset;
    },
  };
}

/** The encoding says nothing that a reader of the text would have to know (RFC 2045 §6.2). */
function isTransparent(encoding: string): boolean {
  return ['', '7bit', '8bit', 'binary'].includes(encoding.toLowerCase());
}

/** The fields of a part that leaves as plain text. What they said of it is kept under other names. */
function plainTextFields(fields: readonly HeaderField[], charset: string): readonly HeaderField[] {
  const kept = fields.filter(
    (field) => field.name.toLowerCase() !== 'content-transfer-encoding' || !isTransparent(unfolded(field)),
  );
  const renamed = kept.map((field) =>
    /^content-(type|transfer-encoding)$/i.test(field.name)
      ? { name: `X-Original-${field.name}`, raw: `X-Original-${field.raw}` }
      : field,
  );
  return withEncoding([...renamed, makeField('Content-Type', `text/plain; charset=${charset}`)], 'quoted-printable');
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
  /** Of the parts that leave as plain text. */
  readonly charsets: ReadonlyMap<number, string>;
  readonly takesEightBit: boolean;
  /** Called when something leaves otherwise than it came. */
  readonly note: () => void;
}

/** The number of the outermost part that leaves as plain text and holds this one, or is it. */
function plainTextHolder(treatments: Treatments): (part: Part) => number | undefined {
  const known: (number | undefined)[] = [];
  return function holderOf({ number, parent }: Part): number | undefined {
    if (number in known) return known[number];
    const own = treatments.get(number)?.isPlainText ? number : undefined;
    known[number] = (parent && holderOf(parent)) ?? own;
    return known[number];
  };
}

function* charsetsOf(message: Message, treatments: Treatments): Generator<void, ReadonlyMap<number, string>> {
  const found = new Map<number, ReturnType<typeof charsetWatch>>();
  if (![...treatments].some(([number, { isPlainText }]) => isPlainText && number > 0)) return new Map();
  const holderOf = plainTextHolder(treatments);
  let read = 0;
  for (const { what, part, text } of piecesOf(message)) {
    read += text.length + pieceAllowance;
    if (read >= stepSize) {
      yield;
      read = 0;
    }
    const number = holderOf(part);
    if (number === undefined || (what === 'header' && number === part.number)) continue;
    const charset = found.get(number) ?? charsetWatch();
    found.set(number, charset);
    charset.see(Buffer.from(text, 'latin1'));
  }
  return new Map([...found].map(([number, charset]) => [number, charset.name()]));
}

/** A chunk may be empty: there is one for every 256 KiB that were read, though nothing of them leaves. */
function* changedChunks(message: Message, changes: Changes): Generator<Buffer> {
  const { treatments, note } = changes;
  const holderOf = plainTextHolder(treatments);
  const ignored = ignoredText(changes);
  let encoder: TextEncoder | undefined;
  /** Number of the part that is being encoded. */
  let encoded: number | undefined;
  /** Number of the part whose header was seen last. */
  let headed = 0;
  let text = '';
  let read = 0;
  for (const piece of piecesOf(message)) {
    const { what, part } = piece;
    read += piece.text.length + pieceAllowance;
    const holder = holderOf(part);
    const isOwnHeader = what === 'header' && (holder === undefined || holder === part.number);
    const isContent = holder === undefined ? what === 'text' || what === 'end' : !isOwnHeader;
    const number = isContent ? (holder ?? part.number) : undefined;
    if (number !== encoded) {
      text += encoder?.end() ?? '';
      encoder = number === undefined ? undefined : treatments.get(number)?.encoder?.();
      encoded = number;
      // The header cannot be read: it is text, too, and another stands before it.
      if (holder === part.number && holder > headed) text += changedHeader({ ...part, fields: [] }, '\n', changes);
    }
    headed = Math.max(headed, holder ?? part.number);
    if (encoder) {
      text += encodedLines(encoder, piece.text, holder === undefined);
      note();
    } else if (isOwnHeader) text += changedHeader(part, piece.text, changes);
    else text += what === 'ignored' ? ignored.take(piece.text) : piece.text;
    if (text.length < blockSize && read < stepSize / chunksPerStep) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
    read = 0;
  }
  yield Buffer.from(text + (encoder?.end() ?? '') + ignored.end(), 'latin1');
}

const blockSize = 64 * 1024;

/** `isCanonical`: all CRs before a LF belong to the line end. */
function encodedLines(encoder: TextEncoder, text: string, isCanonical: boolean): string {
  if (isCanonical) return text.endsWith('\n') ? encoder.lineEnd(text) : encoder.take(text);
  const [last = '', ...lines] = text.split('\n').toReversed();
  const ended = lines.toReversed().map((line) => {
    const data = line.endsWith('\r') ? line.slice(0, -1) : line;
    return (data === '' ? '' : encoder.take(data)) + encoder.lineEnd('\n');
  });
  return ended.join('') + (last === '' ? '' : encoder.take(last));
}

/** Readers do not decode this text: only lines that the hub does not take are changed, and people can still read them. */
function ignoredText({ takesEightBit, note }: Changes): { take(text: string): string; end(): string } {
  let encoder: TextEncoder | undefined;
  return {
    take(text) {
      if (!encoder && (lineLengths().isTooLong(text) || hasForeign(text, takesEightBit)))
        encoder = quotedPrintableAgain();
      if (!encoder) return text;
      note();
      const encoded = encodedLines(encoder, text, false);
      if (text.endsWith('\n')) encoder = undefined;
      return encoded;
    },
    end: () => encoder?.end() ?? '',
  };
}

function changedHeader(part: Part, text: string, { treatments, charsets, takesEightBit, note }: Changes): string {
  const { number, fields, content, isMessage } = part;
  const { encoding, isPlainText } = treatments.get(number) ?? untouched;
  const isVersionMissing = isMessage && encoding !== undefined && fieldNamed(fields, 'mime-version') === undefined;
  const version = isVersionMissing ? [makeField('MIME-Version', '1.0')] : [];
  const otherCharset = content.charset ?? unknownCharset;
  const inAscii = (field: HeaderField) => {
    const encoded = encodeField(field, syntaxOf(field.name), otherCharset);
    // An address beyond ASCII in a message within the message.
    return isBeyondAscii(encoded.raw) ? encodeField(encoded, 'text', otherCharset) : encoded;
  };
  const own = takesEightBit ? fields : fields.map(inAscii);
  const all = [...own, ...version];
  const declared = isPlainText ? plainTextFields(all, charsets.get(number) ?? 'us-ascii') : withEncoding(all, encoding);
  const after = declared.map((field) => foldField(withoutNul(field)));
  if (after.length === fields.length && after.every((field, index) => field === fields[index])) return text;
  note();
  return headerOctets(after).toString('latin1');
}
