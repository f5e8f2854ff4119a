/** What EHLO says (RFC 5321 §4.1.1.1): this machine's name, or the address that it speaks from. */

import { smtpDomainOf } from '../route/host-name.ts';

/** undefined for a name that hubs refuse, or that would split the command; then the address of the connection counts. */
export function clientNameOf(hostName: string): string | undefined {
  const name = smtpDomainOf(hostName);
  return name !== undefined && /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? `[${name}]` : name;
}

/** RFC 5321 §4.1.3. `localAddress` is that of a socket: without one, as in a socket that has been closed, it is the loopback's. */
export function addressLiteralOf(localAddress = '127.0.0.1'): string {
  const address = localAddress.replace(/%.*/s, '').replace(/^::ffff:(\d+\.)/i, '$1');
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}
