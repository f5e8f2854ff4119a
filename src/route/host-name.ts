/** The machine's name in the forms that SMTP and header fields take: hosts are called "(none)", "app_web_1" or "Joe's-PC", too. */

import { domainToASCII } from 'node:url';

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const domain = new RegExp(`^(?=.{1,255}$)${label}(?:\\.${label})*$`);
const addressLiteral = /^\[[0-9A-Za-z.:-]+\]$/;

/** The name as a Domain of RFC 5321 §4.1.2, in A-labels (RFC 5890), or the address literal that it is; undefined when it is neither. */
export function smtpDomainOf(hostName: string): string | undefined {
  const name = asciiOf(hostName);
  return domain.test(name) || addressLiteral.test(name) ? name : undefined;
}

/**
 * The same for what only has to tell machines apart: Received and Message-ID, where no encoded word may stand (RFC 2047 §5), and the
 * greeting of -bs. Characters that no domain has become hyphens; a name of nothing else is "localhost".
 */
export function traceNameOf(hostName: string): string {
  const known = smtpDomainOf(hostName);
  if (known !== undefined) return known;
  const labels = asciiOf(hostName)
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .split('.')
    .map((each) => each.slice(0, 63).replaceAll(/^-|-$/g, ''));
  const name = labels.filter((each) => each !== '').join('.');
  return domain.test(name) ? name : 'localhost';
}

function asciiOf(hostName: string): string {
  const name = hostName.replace(/\.$/, '');
  if (/^[\x00-\x7f]*$/.test(name)) return name;
  // '' when it has no such form.
  return domainToASCII(name) || name;
}
