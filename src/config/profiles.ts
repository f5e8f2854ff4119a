/** What well-known providers demand of those who submit mail to them, one row each: `Profile=` presets it. */

import type { KeyName } from './keys.ts';

export interface Profile {
  readonly name: string;
  /** What is preset; `login` stands for AuthUser. */
  readonly presets: readonly { readonly key: KeyName; readonly value: string | 'login' }[];
  /** What else a user must know. */
  readonly why: string;
  /** Where the provider says so. */
  readonly source: string;
}

export const profileNames = ['gmail', 'office365', 'ses', 'fastmail', 'generic'] as const;

const sendAsLogin = { key: 'SendAs', value: 'login' } as const;
const startTls = { key: 'UseSTARTTLS', value: 'YES' } as const;

export const profiles: readonly (Profile & { readonly name: (typeof profileNames)[number] })[] = [
  {
    name: 'gmail',
    presets: [{ key: 'mailhub', value: 'smtp.gmail.com:587' }, startTls, sendAsLogin],
    why: 'Gmail puts the address of the login into From, unless the other one is registered there; the password is an app password, which needs 2-Step Verification',
    source: 'https://support.google.com/a/answer/176600',
  },
  {
    name: 'office365',
    presets: [{ key: 'mailhub', value: 'smtp.office365.com:587' }, startTls, sendAsLogin],
    why:
      'Exchange Online refuses senders that the login has no Send As permission for (5.7.60), and from the end of 2026 on ' +
      'passwords where no administrator allows them: set AuthMethod=XOAUTH2 and let AuthPassCommand print a token',
    source:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365',
  },
  {
    name: 'ses',
    presets: [{ key: 'RemotePort', value: '587' }, startTls],
    why:
      'Amazon SES wants From, Sender and the envelope sender verified: set SendAs unless whole domains are; name the hub of the ' +
      'region, such as email-smtp.eu-west-1.amazonaws.com, and its SMTP credentials, which are no AWS keys',
    source: 'https://docs.aws.amazon.com/ses/latest/dg/verify-addresses-and-domains.html',
  },
  {
    name: 'fastmail',
    presets: [{ key: 'mailhub', value: 'smtp.fastmail.com:465' }, { key: 'UseTLS', value: 'YES' }, sendAsLogin],
    why: 'Fastmail sends only for addresses of the account; the password is an app password',
    source: 'https://www.fastmail.help/hc/en-us/articles/1500000279921-IMAP-POP-and-SMTP',
  },
  {
    name: 'generic',
    presets: [{ key: 'RemotePort', value: '587' }, startTls, sendAsLogin],
    why: 'For any provider that takes mail on port 587 and only from the address that logs in; name its hub',
    source: 'https://www.rfc-editor.org/rfc/rfc6409#section-6.1',
  },
];
