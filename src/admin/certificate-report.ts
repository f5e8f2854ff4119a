/** The certificates that a hub has shown, and which of them are about to expire. */

import type { Encryption } from '../hub/shown-certificates.ts';

/** As JSON tells it. Times are those of ISO 8601. */
export interface CertificateReport {
  readonly subject: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly days_left: number;
  /** Somebody should have renewed it by now. */
  readonly is_due: boolean;
  readonly sha256: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Certificates live from six days to many years, and those who renew them by themselves do so when a third of that is left: less
 * than a fifth, and fewer days than these, is late.
 */
const late = { days: 14, share: 1 / 5 };

export function certificateReports({ chain }: Encryption, now: Date): CertificateReport[] {
  return chain.map(({ subject, names, issuer, validFrom, validTo, sha256 }) => {
    const left = validTo.getTime() - now.getTime();
    const life = validTo.getTime() - validFrom.getTime();
    return {
      subject,
      names,
      issuer,
      valid_from: validFrom.toISOString(),
      valid_to: validTo.toISOString(),
      days_left: Math.floor(left / day),
      is_due: left < late.days * day && left < life * late.share,
      sha256,
    };
  });
}
