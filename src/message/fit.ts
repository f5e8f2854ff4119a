/** Encodes what of a message's body a hub need not take: 8-bit text without 8BITMIME (RFC 6152), lines that are too long. */

import { type Content, contentOf } from './content-type.ts';
import { encodeField } from './encode-field.ts';
import { isUntyped, unknownCharset } from './fitness.ts';
import { fieldNamed, headerOctets, makeField } from './header-block.ts';
import { longestLine } from './long-lines.ts';
import { type Part, piecesOf } from './mime-parts.ts';
import { base64, base64Again, quotedPrintable, quotedPrintableAgain, type TextEncoder } from './transfer-encoding.ts';
import type { Body, HeaderField, Message } from './types.ts';

/** What has been found out about the text of a part. */
interface Survey {
  octets: number;
  eightBit: number;
  isTooLong: boolean;
}

interface Treatment {
  readonly encoder: (() => TextEncoder) | undefined;
  /** What Content-Transfer-Encoding must say; undefined when it is right. */
  readonly encoding: string | undefined;
}

/**
 * The message with its text encoded where that is needed, part by part, and declared where nothing says what it is. A part of
 * which two thirds are 8-bit octets becomes base64, any other quoted-printable. Signed parts stay as they are.
 */
export function fitted(message: Message, takesEightBit: boolean): Message {
  const surveys = surveyOf(message);
  const treat = ({ number, content }: Pick<Part, 'number' | 'content'>) =>
    treatmentFor(content, surveys.get(number) ?? nothing, takesEightBit);
  const own = treat({ number: 0, content: contentOf(message.fields) });
  const fields = declared(changed(message.fields, own), message);
  const chunks = () => encodedChunks(message, treat, takesEightBit);
  let size = 0;
  for (const chunk of chunks()) size += chunk.length;
  const body: Body = { size, eightBit: takesEightBit && message.body.eightBit, hasLongLine: false, chunks };
  return { ...message, fields, body };
}

const nothing: Survey = { octets: 0, eightBit: 0, isTooLong: false };

function surveyOf(message: Message): ReadonlyMap<number, Survey> {
  const surveys = new Map<number, Survey>();
  let line = 0;
  for (const piece of piecesOf(message)) {
    if (piece.what === 'text') {
      const survey = surveys.get(piece.part.number) ?? { ...nothing };
      surveys.set(piece.part.number, survey);
      survey.octets += piece.text.length;
      survey.eightBit += piece.text.match(/[\x80-\xff]+/g)?.reduce((sum, run) => sum + run.length, 0) ?? 0;
      line += piece.text.length;
      survey.isTooLong ||= line > longestLine;
    } else line = 0;
  }
  return surveys;
}

function treatmentFor({ type, encoding }: Content, survey: Survey, takesEightBit: boolean): Treatment {
  const untouched = { encoder: undefined, encoding: undefined };
  const isComposite = /^(multipart|message)\//.test(type);
  if (isComposite)
    return !takesEightBit && /^(8bit|binary)$/.test(encoding) ? { ...untouched, encoding: '7bit' } : untouched;
  if (!survey.isTooLong && (takesEightBit || survey.eightBit === 0)) return untouched;
  if (encoding === 'quoted-printable') return { ...untouched, encoder: quotedPrintableAgain };
  if (encoding === 'base64') return { ...untouched, encoder: base64Again };
  if (!['', '7bit', '8bit', 'binary'].includes(encoding)) return untouched;
  return survey.eightBit * 3 > survey.octets * 2
    ? { encoder: base64, encoding: 'base64' }
    : { encoder: quotedPrintable, encoding: 'quoted-printable' };
}

function changed(fields: readonly HeaderField[], { encoding }: Treatment): HeaderField[] {
  if (encoding === undefined) return [...fields];
  const isEncoding = ({ name }: HeaderField) => name.toLowerCase() === 'content-transfer-encoding';
  const field = makeField('Content-Transfer-Encoding', encoding);
  if (!fields.some(isEncoding)) return [...fields, field];
  return fields.map((each) => (isEncoding(each) ? field : each));
}

/** MIME-Version, without which the others mean nothing (RFC 2045 §4), and what else an 8-bit text without a word must say. */
function declared(fields: readonly HeaderField[], { fields: before, body }: Message): HeaderField[] {
  const isNamed = (name: string) => fieldNamed(fields, name) !== undefined;
  const isOurs = ({ name }: HeaderField) => isUntyped(before) && /^content-transfer-encoding$/i.test(name);
  const added: HeaderField[] = [];
  if (isUntyped(before)) {
    const charset = body.eightBit ? charsetOf(body) : 'us-ascii';
    added.push(makeField('Content-Type', `text/plain; charset=${charset}`));
    added.push(fields.find(isOurs) ?? makeField('Content-Transfer-Encoding', '8bit'));
  }
  const isChanged = added.length > 0 || fields.length > before.length;
  const version = isChanged && !isNamed('mime-version') ? [makeField('MIME-Version', '1.0')] : [];
  return [...fields.filter((field) => !isOurs(field)), ...version, ...added];
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

function* encodedChunks(message: Message, treat: (part: Part) => Treatment, takesEightBit: boolean): Generator<Buffer> {
  let encoder: TextEncoder | undefined;
  let number = -1;
  let text = '';
  for (const piece of piecesOf(message)) {
    const isOther = piece.what === 'verbatim' || piece.part.number !== number;
    if (isOther) {
      text += encoder?.end() ?? '';
      encoder = undefined;
      number = piece.what === 'verbatim' ? -1 : piece.part.number;
      if (piece.what === 'text' || piece.what === 'end') encoder = treat(piece.part).encoder?.();
    }
    if (piece.what === 'verbatim') text += piece.text;
    else if (piece.what === 'header') {
      number = -1;
      text += headerText(changed(piece.part.fields, treat(piece.part)), piece.part, takesEightBit);
    } else if (piece.what === 'text') text += encoder ? encoder.take(piece.text) : piece.text;
    else text += encoder ? encoder.lineEnd() : '\n';
    if (text.length < blockSize) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
  }
  yield Buffer.from(text + (encoder?.end() ?? ''), 'latin1');
}

const blockSize = 64 * 1024;

function headerText(fields: readonly HeaderField[], { content }: Part, takesEightBit: boolean): string {
  if (takesEightBit) return headerOctets(fields).toString('latin1');
  const syntaxOf = ({ name }: HeaderField) => (/^content-(type|disposition)$/i.test(name) ? 'parameters' : 'text');
  const otherCharset = content.charset ?? unknownCharset;
  return headerOctets(fields.map((field) => encodeField(field, syntaxOf(field), otherCharset))).toString('latin1');
}
