/** Whether a message can leave as it is; asking costs nothing, `fit.ts` does the work. */

import { contentOf } from './content-type.ts';
import { fieldNamed } from './header-field.ts';
import type { HeaderField, Message } from './types.ts';

/** A charset that nobody named (RFC 1428). */
export const unknownCharset = 'unknown-8bit';

/** True when a line may be too long, when 8-bit text is not declared, or when the hub takes none. */
export function mustBeFitted({ fields, body }: Message, takesEightBit: boolean): boolean {
  const isUndeclared = body.eightBit && isUntyped(fields);
  return (body.hasLongLine || isUndeclared || (body.eightBit && !takesEightBit)) && !isSigned(fields);
}

/** Any change would make the signature worthless (RFC 6376 §5.3, RFC 1847 §2.1). */
export function isSigned(fields: readonly HeaderField[]): boolean {
  return fieldNamed(fields, 'dkim-signature') !== undefined || contentOf(fields).type === 'multipart/signed';
}

/** Nothing says what the body is. */
export function isUntyped(fields: readonly HeaderField[]): boolean {
  return ['mime-version', 'content-type', 'content-transfer-encoding'].every((name) => !fieldNamed(fields, name));
}
