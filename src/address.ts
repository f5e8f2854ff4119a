/** The only door to the type `Address`: every maker of one ends in `parseAddress`. */

declare const address: unique symbol;

/**
 * An address as it may stand between `<` and `>` in MAIL FROM and RCPT TO: `local-part@domain`, or a bare local part that
 * has not been qualified yet. Only `parseAddress` makes one, so no control character, blank or bracket reaches the wire.
 * Text is Unicode (what argv and the wire speak); header text is latin1, so the header reader decodes and the header
 * writer encodes.
 */
export type Address = string & { readonly [address]: true };

/** RFC 3696 §3 as corrected: 64 octets of local part, `@`, 255 of domain; more is never deliverable. */
const longestAddress = 320;

// Controls (C0, DEL, C1) and U+FFFD are refused everywhere; so is every white space but the quoted blank.
const never = String.raw`\s\x00-\x1f\x7f-\x9f\ufffd`;
const atom = String.raw`[^${never}()<>\[\]:;@\\,"]+`;
const quotedString = String.raw`"(?: |[^${never}"\\]|\\ |\\[^${never}])+"`;
// In ASCII a label holds letters, digits, "-" and "_"; outside ASCII it is left to IDNA.
const label = String.raw`[^${never}\x00-,./:-@\[-^\x60{-\x7f]+`;
const domainName = String.raw`${label}(?:\.${label})*`;
const domainLiteral = String.raw`\[[0-9A-Za-z.:-]+\]`;

const addressShape = new RegExp(`^(${atom}|${quotedString})(?:@(?:(${domainName})\\.?|(${domainLiteral})))?$`);
const sourceRoute = new RegExp(`^@${domainName}(?:,@${domainName})*:`);

/**
 * Reads Unicode text as an address, or gives undefined when it is none.
 *
 * Accepted: `local` or `local@domain`, where the local part is an atom with dots anywhere (`a..b`, `a.`) or a whole
 * quoted string (the quotes stay), and the domain is a host name or an address literal (RFC 5321 §4.1.2, RFC 6531). A
 * source route `@a,@b:` in front is dropped (RFC 5321 appendix C), and so is the one dot that may end a host name.
 * A quoted string that holds a whole address is that address, as Postfix's resolve_dequoted_address has it: `"a@b.example"` is no
 * login name, and with a domain of ours behind it the mail would go to a stranger. Any other with an `@` and no domain is refused.
 * Refused: controls, unquoted blanks and brackets, `,` `;` `:` `\` and a second `@` outside quotes, an empty local
 * part, domain or label, ill-formed Unicode, and more than 320 octets behind the route.
 */
export function parseAddress(text: string): Address | undefined {
  // Room for a route, and an end to what the patterns are asked to look at.
  if (text.length > 4 * longestAddress) return undefined;
  const routeless = text.startsWith('@') ? text.replace(sourceRoute, '') : text;
  if (routeless.length > longestAddress || !routeless.isWellFormed()) return undefined;
  const parts = addressShape.exec(routeless);
  if (parts === null || Buffer.byteLength(routeless) > longestAddress) return undefined;
  const [, local = '', name, literal] = parts;
  const domain = name ?? literal;
  if (domain === undefined && local.startsWith('"') && local.includes('@')) return wholeAddressIn(local);
  // The only cast to Address in the program: the text has just been checked in full.
  return (domain === undefined ? local : `${local}@${domain}`) as Address;
}

function wholeAddressIn(quotedString: string): Address | undefined {
  const inner = parseAddress(quotedString.slice(1, -1).replaceAll(/\\(.)/gsu, '$1').trim());
  return inner === undefined || domainOf(inner) === undefined ? undefined : inner;
}

/** What stands before the `@`, quotes included: the whole address when it is bare. */
export function localPartOf(address: Address): string {
  const at = atOf(address);
  return at < 0 ? address : address.slice(0, at);
}

/** The mailbox that the local part names: quotes and backslashes do not count (RFC 5321 §4.1.2, RFC 5322 §3.2.4), so `"root"` is `root`. */
export function mailboxOf(address: Address): string {
  const local = localPartOf(address);
  return local.startsWith('"') ? local.slice(1, -1).replaceAll(/\\(.)/gsu, '$1') : local;
}

/** The same address without quotes around the local part, where it needs none. */
export function withoutNeedlessQuotes(address: Address): Address {
  const mailbox = mailboxOf(address);
  if (mailbox === localPartOf(address) || !/^[^.]+(?:\.[^.]+)*$/.test(mailbox)) return address;
  const domain = domainOf(address);
  return parseAddress(domain === undefined ? mailbox : `${mailbox}@${domain}`) ?? address;
}

/** What stands behind the `@`, as written, or undefined for a bare local part. */
export function domainOf(address: Address): string | undefined {
  const at = atOf(address);
  return at < 0 ? undefined : address.slice(at + 1);
}

/** The address with this domain if it has none; undefined when no address comes of it. */
export function qualify(address: Address, domain: string): Address | undefined {
  return atOf(address) < 0 ? parseAddress(`${address}@${domain}`) : address;
}

/** The same local part at this domain; undefined when no address comes of it. */
export function withDomain(address: Address, domain: string): Address | undefined {
  return parseAddress(`${localPartOf(address)}@${domain}`);
}

/** Where the `@` before the domain stands, or -1. A domain holds neither `@` nor quotes, a quoted local part may. */
function atOf(address: Address): number {
  const at = address.lastIndexOf('@');
  return at > address.lastIndexOf('"') ? at : -1;
}
