/** The shape of what the configuration says, once read and checked. */

import type { Address } from '../address.ts';

/** A secret hides in a function, so that no print, log or JSON shows it by accident. Call it only where it is used. */
export interface Secret {
  (): Buffer;
  /** Waits for the program that prints it: without this, the first call stops everything else until that ends. Throws what a call throws. */
  readonly ready?: () => Promise<void>;
  /** The hub has refused it: where it came from may have a newer one. Absent when it is always the same. */
  readonly forget?: () => void;
  /** For hints: `AuthPassFile=`. Absent when the configuration itself holds it. */
  readonly source?: string;
  /** It is kept in a file, so that anybody may ask for it without a program being run. */
  readonly isFile?: boolean;
}

export type Tls = 'none' | 'starttls' | 'implicit';

/** SHA-256 of what the hub must show. */
export interface Pin {
  readonly of: 'public key' | 'certificate';
  readonly digest: Buffer;
}

export interface HubAddress {
  /** A host name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

export type DeliveryMode = 'interactive' | 'background' | 'queue';

export interface LogChoice {
  readonly to: 'syslog' | 'journal' | 'file' | 'stderr' | 'none';
  /** For `file`. */
  readonly file: string;
  readonly isJson: boolean;
}

/** A file or directory of ours that need not exist. */
export interface Place {
  readonly path: string;
  /** The configuration names it: it is not the default. */
  readonly isNamed: boolean;
}

export interface Settings extends CommonSettings {
  /** Ways of their own for some senders; the first that matches counts. */
  readonly accounts: readonly Account[];
  /** Of the whole configuration, in accounts too. */
  readonly secretFiles: readonly SecretFile[];
}

/** A file that nobody should read who need not send mail. */
export interface SecretFile {
  readonly path: string;
  /** The complaint, should every user be able to; `mode` is shown. */
  readonly says: (mode: string) => string;
}

/** The section of an account in the configuration. */
export interface Account {
  readonly name: string;
  readonly patterns: readonly string[];
  /** It has a mail hub of its own, which counts more than one in revaliases. */
  readonly hasOwnHub: boolean;
  /** What counts for it, what stands above all sections included. */
  readonly settings: Settings;
}

export interface CommonSettings {
  /** Recipient of mail for system users; undefined when `root=` is empty. */
  readonly root: string | undefined;
  readonly mailhub: HubAddress;
  /** Asked in this order when it cannot take a message for now; what counts for each. */
  readonly otherHubs: readonly CommonSettings[];
  /** What counts for a hub that mailhub does not name, where that is not the same: the section of a hub is for that one. */
  readonly elsewhere: CommonSettings | undefined;
  readonly hostName: string | undefined;
  readonly rewriteDomain: string | undefined;
  /** The domains of this machine in place of its own names; undefined when nothing is said, empty when there are none. */
  readonly localDomains: readonly string[] | undefined;
  readonly fromLineOverride: boolean;
  readonly rewriteHeaders: boolean;
  /** What everything is sent as. */
  readonly sendAs: Address | undefined;
  readonly encodeForHub: boolean;
  /** EHLO keywords in capitals that count as not offered. */
  readonly discardedKeywords: readonly string[];
  /** Recipients in one transaction. */
  readonly recipientLimit: number;
  /** Octets. */
  readonly maxHeaderLength: number;
  readonly authWarnings: boolean;
  readonly trustedUsers: readonly string[];
  readonly minUserId: number;
  /** aliases(5); undefined when none are used. */
  readonly aliases: Place | undefined;
  /** Header fields to add, as written: `X-Site: example`; latin1 text, like every header field. */
  readonly addHeaders: readonly string[];
  readonly tls: Tls;
  readonly tlsCaFile: string | undefined;
  readonly tlsCaDir: string | undefined;
  readonly minTls: 'TLSv1.2' | 'TLSv1.3';
  readonly tlsCiphers: string | undefined;
  /** In place of authorities; empty when they count. */
  readonly tlsPins: readonly Pin[];
  /** Client certificate and its key (PEM files), only with UseTLSCert=YES; the key may be in the certificate's file. */
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  /** Of the key, which need not be encrypted. */
  readonly tlsKeyPass: Secret | undefined;
  readonly authUser: string | undefined;
  readonly authPass: Secret | undefined;
  /** One of the choices of AuthMethod=; undefined: the best that the hub offers. */
  readonly authMethod: string | undefined;
  readonly authInsecure: boolean;
  /** One of each family at most; empty: the system chooses. */
  readonly sourceAddresses: readonly string[];
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly dataTimeout: number;
  readonly deliveryTimeout: number;
  /** Where messages wait; undefined when nothing is queued. */
  readonly queue: Place | undefined;
  readonly deliveryMode: DeliveryMode;
  /** Milliseconds. */
  readonly minimalBackoff: number;
  readonly maximalBackoff: number;
  readonly queueLifetime: number;
  readonly queueUserMessages: number;
  readonly queueUserMegabytes: number;
  /** Milliseconds; 0: never. */
  readonly delayWarning: number;
  /** Exit status for "temporary, and not queued" (PHP 8.5 takes 75 for success). */
  readonly temporaryStatus: number;
  readonly log: LogChoice;
  /** True when Debug=yes: the dialogue goes to the log. */
  readonly debug: boolean;
  /** Where revaliases stands: beside the configuration file, whether it exists or not. */
  readonly revaliasesFile: string;
  /** What is odd about the configuration; each begins with its place, none holds a secret. */
  readonly warnings: readonly string[];
  /** What will keep every message from leaving, though the configuration can be read: `--check` counts these as errors. */
  readonly obstacles: readonly string[];
}

/** One line of revaliases: `login:address[:mailhub[:port]]`. */
export interface ReverseAlias {
  /** Of the last line that counts: `/etc/ssmtp/revaliases:3` */
  readonly place: string;
  readonly address: Address | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Why the mail hub that counts for this user cannot be used, with file and line: the mail must not take another one. */
  readonly unusableHub?: string;
}
