/** The shape of a row in the table of configuration keys. */

/** What a value may be; `kinds.ts` says how each is read. */
export type Kind =
  | 'text'
  | 'recipient'
  | 'address'
  | 'hub'
  | 'domain'
  | 'domains'
  | 'yes-no'
  | 'number'
  | 'duration'
  | 'choice'
  | 'lenient-choice'
  | 'file'
  | 'directory'
  | 'path-or-no'
  | 'header'
  | 'secret'
  | 'pin'
  | 'addresses'
  | 'command';

export interface ConfigKey {
  /** As it is shown; a configuration file may write it in any case. */
  readonly name: string;
  readonly kind: Kind;
  /** The value used when the key is missing or empty, as one would write it in the file. */
  readonly default?: string;
  /** What happens when there is neither a value nor a default: "the machine's own name". */
  readonly otherwise?: string;
  /** What an empty value means, where that differs from a missing key. */
  readonly whenEmpty?: string;
  /** Inclusive limits of a number, or of a duration in milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly choices?: readonly string[];
  /** What no file for sSMTP begins a value with: there is no other way to take it than as a choice. */
  readonly neverOf?: string;
  /** Every line counts, instead of the last one. */
  readonly repeatable?: true;
  /** It may stand in the section of an account; `own`: an account with a mail hub of its own does not take it from above. */
  readonly account?: 'may' | 'own';
  /** One sentence without its full stop. */
  readonly help: string;
  /** More sentences for the manual. */
  readonly note?: string;
  /** A value worth copying. */
  readonly example: string;
  /** Who had the key first. */
  readonly since: 'sSMTP' | 'Fedora patch' | 'Gentoo' | 'ssmtp-new';
}
