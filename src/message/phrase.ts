/** A display name as it may stand in front of `<address>` (RFC 5322 phrase, RFC 2047 encoded words). */

const maximumEncodedOctets = 42; // 56 base64 digits + 12 of frame stay below the 75 characters of RFC 2047 §2.

/** Unicode in, latin1 header text out. Atoms stay bare, specials are quoted, anything beyond ASCII is encoded. */
export function encodePhrase(name: string): string {
  const text = name.replaceAll(/[\x00-\x1f\x7f]+/g, ' ').trim();
  if (/^[\w !#$%&'*+/=?^`{|}~-]*$/.test(text) && !text.includes('=?')) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  return pieces(text)
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece, 'utf8').toString('base64')}?=`)
    .join(' ');
}

/** Cuts between characters, never inside one. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > maximumEncodedOctets) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}
