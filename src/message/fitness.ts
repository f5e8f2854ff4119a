/** Whether a message can leave as it is; asking costs nothing, `fit.ts` does the work. */

import { contentOf, isComposite } from './content-type.ts';
import { fieldNamed } from './header-field.ts';
import type { HeaderField, Message } from './types.ts';

/** A charset that nobody named (RFC 1428). */
export const unknownCharset = 'unknown-8bit';

/**
 * True when the body may have to be declared otherwise or encoded: a line may be too long, there are octets that nobody need carry,
 * 8-bit text is not said to be 8bit in each part, or the hub takes none.
 */
export function mustBeFitted({ fields, body }: Message, takesEightBit: boolean): boolean {
  const { type, encoding } = contentOf(fields);
  const isDeclared = encoding === '8bit' && !isComposite(type) && fieldNamed(fields, 'content-type') !== undefined;
  const isWrong = body.eightBit ? !takesEightBit || !isDeclared : encoding === 'binary';
  return (isWrong || body.hasLongLine || body.hasUnsafeOctet) && !isSigned(fields);
}

/** Any change would make the signature worthless (RFC 6376 §5.3, RFC 1847 §2.1). */
export function isSigned(fields: readonly HeaderField[]): boolean {
  return fieldNamed(fields, 'dkim-signature') !== undefined || contentOf(fields).type === 'multipart/signed';
}
