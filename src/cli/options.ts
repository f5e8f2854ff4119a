/** What was asked for on the command line, after its words have been understood. */

export type Mode =
  | 'send'
  | 'smtp'
  | 'mailq'
  | 'newaliases'
  | 'queueRun'
  | 'queue'
  | 'deadLetter'
  | 'verify'
  | 'explain'
  | 'dryRun'
  | 'version'
  | 'help'
  | 'check'
  | 'probe'
  | 'daemon'
  | 'test';

export interface Options {
  readonly mode: Mode;
  /** -t: recipients are taken from To, Cc and Bcc as well. */
  readonly recipientsFromHeader: boolean;
  /** A line holding only "." ends the message; -i and -oi switch it off. */
  readonly dotEndsMessage: boolean;
  /** -f, -r as typed; '' and '<>' are the null sender. */
  readonly envelopeSender: string | undefined;
  /** -F: the name in a generated From field. */
  readonly fullName: string | undefined;
  readonly configFile: string | undefined;
  readonly authUser: string | undefined;
  readonly authPass: string | undefined;
  readonly authMethod: string | undefined;
  /** -N, -R, -V: delivery status notifications (RFC 3461), in capitals and checked; undefined when not asked for. */
  readonly notify: string | undefined;
  readonly returns: string | undefined;
  readonly envelopeId: string | undefined;
  /** With -bs: what RCPT said besides, by recipient, as it is said again. */
  readonly parameters?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly verbose: boolean;
  /** -od: i now, b behind the caller's back, q and d by the next run of the queue; undefined: as DeliveryMode= says. */
  readonly deliveryMode: 'interactive' | 'background' | 'queue' | undefined;
  /** What stands behind -q: nothing, an interval, or which messages. */
  readonly queueRun: string | undefined;
  /** -h as typed. */
  readonly hops: string | undefined;
  readonly logTag: string | undefined;
  /** -X: takes the dialogue with the hub. */
  readonly dialogueFile: string | undefined;
  /** --json: answers for machines. */
  readonly json: boolean;
  readonly addressFamily: 0 | 4 | 6;
  /** -oe, -e: p print, q and e quiet, m mail back, w write. */
  readonly errorMode: string;
  /** Operands: recipients as typed. */
  readonly operands: readonly string[];
}

export const defaultOptions: Options = {
  mode: 'send',
  recipientsFromHeader: false,
  dotEndsMessage: true,
  envelopeSender: undefined,
  fullName: undefined,
  configFile: undefined,
  authUser: undefined,
  authPass: undefined,
  authMethod: undefined,
  notify: undefined,
  returns: undefined,
  envelopeId: undefined,
  verbose: false,
  deliveryMode: undefined,
  queueRun: undefined,
  hops: undefined,
  logTag: undefined,
  dialogueFile: undefined,
  json: false,
  addressFamily: 0,
  errorMode: 'p',
  operands: [],
};
