/**
 * The table of all flags: one row says how a flag is written, what it takes and what it does. The splitter, the commander
 * program, `--help`, the man page and the shell completions loop over these rows.
 */

import type { Mode, Options } from './options.ts';

/** Options that hold the text of a flag's value. */
type TextOption =
  | 'envelopeSender'
  | 'fullName'
  | 'configFile'
  | 'authUser'
  | 'authPass'
  | 'authMethod'
  | 'envelopeId'
  | 'queueRun'
  | 'hops'
  | 'logTag'
  | 'dialogueFile';

export interface Flag {
  /** The spellings: single letters (`-f`), sSMTP's `-au` family, or a long word (`--check`). The first one is shown. */
  readonly names: readonly [string, ...string[]];
  /** The name of the value in help texts; absent when the flag takes none. */
  readonly value?: string;
  /** `-q15m`: the value can only be glued to the flag; the next word never belongs to it. */
  readonly gluedOnly?: true;
  /** What the flag does: set constant options, put its value into an option, or look its value up in a table. */
  readonly sets?: Partial<Options>;
  readonly puts?: TextOption;
  readonly looksUp?: 'mode' | 'setting' | 'errorMode' | 'notify' | 'returns';
  readonly help: string;
  /** The name of the program under which it means this; under any other it is accepted without effect. */
  readonly onlyAs?: string;
}

/** Source of the list: spec of the sendmail interface, from 57 real callers; flags that do nothing are accepted on purpose. */
export const flags: readonly Flag[] = [
  { names: ['-t'], sets: { recipientsFromHeader: true }, help: 'Take recipients from To, Cc and Bcc as well' },
  { names: ['-i'], sets: { dotEndsMessage: false }, help: 'A last line holding only "." is text, too' },
  { names: ['-f', '-r'], value: 'address', puts: 'envelopeSender', help: 'Envelope sender; <> is the null sender' },
  { names: ['-F'], value: 'name', puts: 'fullName', help: 'Full name of the sender, for a From field that is missing' },
  { names: ['-C'], value: 'file', puts: 'configFile', help: 'Configuration file' },
  { names: ['-v'], sets: { verbose: true }, help: 'Show the dialogue with the hub on standard error' },
  { names: ['-4'], sets: { addressFamily: 4 }, help: 'Use IPv4 only' },
  { names: ['-6'], sets: { addressFamily: 6 }, help: 'Use IPv6 only' },
  { names: ['-au'], value: 'user', puts: 'authUser', help: 'User name for the login at the hub' },
  {
    names: ['-ap'],
    value: 'password',
    puts: 'authPass',
    help: 'Password; everyone can see it in ps, so prefer AuthPass=',
  },
  { names: ['-am'], value: 'method', puts: 'authMethod', help: 'Login mechanism, as AuthMethod names it' },
  { names: ['-b'], value: 'mode', looksUp: 'mode', help: 'What to do; see Modes' },
  { names: ['-o'], value: 'setting', looksUp: 'setting', help: 'Set a sendmail option by letter; see Settings' },
  { names: ['-O'], value: 'name=value', looksUp: 'setting', help: 'Set a sendmail option by name; see Settings' },
  {
    names: ['-e'],
    value: 'mode',
    looksUp: 'errorMode',
    help: 'How errors are told: p and m print, q and e stay quiet',
  },
  {
    names: ['-V'],
    value: 'envelope-id',
    puts: 'envelopeId',
    help: 'Envelope id for delivery status notifications; as last word: the version',
  },
  {
    names: ['-N'],
    value: 'conditions',
    looksUp: 'notify',
    help: 'When the sender wants to be told: never, or a list of success, failure, delay; passed on to hubs that can do it',
  },
  {
    names: ['-R'],
    value: 'full|hdrs',
    looksUp: 'returns',
    help: 'How much of the message a notification returns; passed on to hubs that can do it',
  },
  { names: ['-B'], value: 'type', help: 'Body type, 7BIT or 8BITMIME (found out by looking at the body instead)' },
  {
    names: ['-h'],
    value: 'hops',
    puts: 'hops',
    help: 'Hops that the message has behind it, besides its Received fields',
  },
  { names: ['-L'], value: 'tag', puts: 'logTag', help: 'Name of the program in the log' },
  {
    names: ['-X'],
    value: 'file',
    puts: 'dialogueFile',
    help: 'Append the dialogue with the hub to the file, without secrets',
  },
  { names: ['-p'], value: 'protocol', help: 'Protocol the message came by (accepted, no effect)' },
  { names: ['-A'], value: 'c|m', help: 'Which sendmail configuration (accepted, no effect)' },
  { names: ['-D'], value: 'file', help: 'Debug output (accepted, no effect)' },
  { names: ['-M'], value: 'macro', help: 'Set a sendmail macro (accepted, no effect)' },
  { names: ['-Q'], value: 'reason', help: 'Quarantine (accepted, no effect)' },
  {
    names: ['-q'],
    value: 'which',
    gluedOnly: true,
    puts: 'queueRun',
    help:
      'Deliver what is due in the queue; -q15m does so every 15 minutes until it is stopped. What need not be due: -qI, -qR and ' +
      '-qS with a text that the queue id, a recipient or the sender holds',
  },
  { names: ['-d'], value: 'level', gluedOnly: true, help: 'Debugging of sendmail (accepted, no effect)' },
  { names: ['-I'], sets: { mode: 'newaliases' }, help: 'Same as -bi' },
  ...['-c', '-E', '-G', '-J', '-m', '-s', '-T', '-U', '-x'].map(accepted),
  {
    names: ['--explain'],
    sets: { mode: 'explain' },
    help: 'Read a message and tell what becomes of each address and header field, and why; nothing is sent',
  },
  {
    names: ['--dry-run'],
    sets: { mode: 'dryRun' },
    help: 'Read a message and show its envelope and what would leave; nothing is sent',
  },
  {
    names: ['-n'],
    sets: { mode: 'dryRun' },
    onlyAs: 'ssmtp',
    help: 'Same as --dry-run under the name ssmtp; accepted without effect under any other, as sendmail gave it no such meaning',
  },
  {
    names: ['--json'],
    sets: { json: true },
    help: 'With mailq, -bv, --explain, --check or --probe: answer for machines, in JSON',
  },
  {
    names: ['--check'],
    sets: { mode: 'check' },
    help:
      'Show what the configuration was understood to say, its faults, and what is wrong around it: permissions, names of hubs, ' +
      'the queue, who is called sendmail',
  },
  {
    names: ['--probe'],
    sets: { mode: 'probe' },
    help:
      'Go the whole way to every mail hub, up to the recipients (root, unless others are named), and show each step with its ' +
      'time; no message is sent',
  },
  { names: ['--version'], sets: { mode: 'version' }, help: 'Show the version' },
  { names: ['--help'], sets: { mode: 'help' }, help: 'Show this help' },
];

function accepted(name: string): Flag {
  return { names: [name], help: 'Accepted for compatibility, no effect' };
}

export interface ModeRow {
  /** The letter behind -b. */
  readonly letter: string;
  readonly mode: Mode;
  readonly help: string;
  /** Why it is refused, as the tail of "Cannot …: "; absent when the mode works. */
  readonly refusal?: string;
}

const servesNobody = 'ssmtp only sends; it never listens and holds no rules to test';

export const modes: readonly ModeRow[] = [
  { letter: 'm', mode: 'send', help: 'Send the message on standard input (default)' },
  { letter: 'V', mode: 'version', help: 'Show the version' },
  { letter: 's', mode: 'smtp', help: 'Speak SMTP on standard input and output' },
  { letter: 'p', mode: 'mailq', help: 'List the queue (mailq)' },
  { letter: 'i', mode: 'newaliases', help: 'Check the aliases file (newaliases)' },
  { letter: 'v', mode: 'verify', help: 'Show what each address becomes and why; nothing is sent' },
  { letter: 'd', mode: 'daemon', help: 'Refused', refusal: servesNobody },
  { letter: 'D', mode: 'daemon', help: 'Refused', refusal: servesNobody },
  { letter: 'l', mode: 'daemon', help: 'Refused', refusal: servesNobody },
  { letter: 't', mode: 'test', help: 'Refused', refusal: servesNobody },
  { letter: 'h', mode: 'test', help: 'Refused', refusal: servesNobody },
  { letter: 'H', mode: 'test', help: 'Refused', refusal: servesNobody },
];

export interface QueueCommand {
  readonly word: 'hold' | 'release' | 'delete' | 'show' | 'list' | 'run' | 'flush';
  readonly help: string;
  /** It takes one or more queue ids. */
  readonly takesIds?: true;
}

/** `ssmtp queue WORD`: only under the name ssmtp, where nobody expects sendmail's operands. */
export const queueCommands: readonly QueueCommand[] = [
  { word: 'list', help: 'List the queue, like mailq' },
  { word: 'run', help: 'Deliver what is due, like -q' },
  { word: 'flush', help: 'Deliver everything now that is not on hold' },
  { word: 'show', help: 'Print the messages as they came in', takesIds: true },
  { word: 'hold', help: 'Do not send the messages before they are released', takesIds: true },
  { word: 'release', help: 'Send the messages at the next run, whether on hold or deferred', takesIds: true },
  { word: 'delete', help: 'Remove the messages; nobody is told', takesIds: true },
];

export interface DeadLetterCommand {
  readonly word: 'list' | 'resend';
  readonly help: string;
}

/** `ssmtp dead-letter WORD [FILE]`, for the messages of the caller that could not be sent. */
export const deadLetterCommands: readonly DeadLetterCommand[] = [
  { word: 'list', help: 'List the messages that are kept in dead.letter' },
  { word: 'resend', help: 'Send them again to those who did not get them; what is sent or queued is removed' },
];

/** The name the program is called by sets the mode; an explicit -b overrides it. */
export const programModes: ReadonlyMap<string, Mode> = new Map([
  ['mailq', 'mailq'],
  ['newaliases', 'newaliases'],
]);

export interface SettingRow {
  /** The letter behind -o, and the long name for -O. */
  readonly letter: string;
  readonly name: string;
  readonly sets?: Partial<Options>;
  readonly looksUp?: 'errorMode' | 'deliveryMode';
  readonly help: string;
}

/** sendmail's own options (its manual lists 200): those below mean something here, all others are accepted and ignored. */
export const settingRows: readonly SettingRow[] = [
  { letter: 'i', name: 'IgnoreDots', sets: { dotEndsMessage: false }, help: 'Same as -i' },
  {
    letter: 'd',
    name: 'DeliveryMode',
    looksUp: 'deliveryMode',
    help: 'When the message is delivered: i before the program ends, b behind its back, q and d by the next run of the queue',
  },
  { letter: 'e', name: 'ErrorMode', looksUp: 'errorMode', help: 'How errors are told, as behind -e' },
];

/** Letters behind -e and -oe. In every mode the exit status tells the truth; q and e print nothing. */
export const errorModes = ['p', 'm', 'q', 'e', 'w'] as const;

/** Letters behind -od. */
export const deliveryModes: ReadonlyMap<string, Options['deliveryMode']> = new Map([
  ['i', 'interactive'],
  ['b', 'background'],
  ['q', 'queue'],
  ['d', 'queue'],
]);

/** What may stand behind -N (RFC 3461 §4.1), alone or, but for never, as a list. */
export const notifyConditions = ['never', 'success', 'failure', 'delay'] as const;

/** What may stand behind -R (RFC 3461 §4.3), and how it is said to the hub. */
export const returnAmounts: ReadonlyMap<string, string> = new Map([
  ['full', 'FULL'],
  ['hdrs', 'HDRS'],
]);
