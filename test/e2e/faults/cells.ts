/** The fault table as facts: at which step a hub can misbehave, how, and what the program must make of it. */

/**
 * `chunking` is `plain` with a hub that takes the message by BDAT, behind its envelope; `queue` is `plain` with a queue, `queue run` is
 * `-q` with one message in it, and `submission` is `-bs` without a queue. The others have none either, so that every failure shows in
 * the exit status.
 */
export const modes = ['plain', 'starttls', 'implicit', 'chunking', 'queue', 'queue run', 'submission'] as const;
export type Mode = (typeof modes)[number];

export const faults = [
  'refuse',
  '4xx',
  '5xx',
  'close',
  'reset',
  'hang',
  'drip',
  'garbage',
  'long line',
  'endless',
] as const;

/** What there is of a reply when it breaks off, of one line and of many; NNN stands for its code. */
export const cuts = [
  'N',
  'NNN',
  'NNN ',
  'NNN 2.0',
  'NNN 2.0.0 ok\\r',
  'NNN-one\\r\\n',
  'NNN-one\\r\\nNN',
  'NNN-one\\r\\nNNN two',
] as const;
/** How it breaks off: the hub closes or resets the connection, or says nothing more. */
export const cutEnds = ['close', 'reset', 'hang'] as const;

interface CutFault {
  readonly end: (typeof cutEnds)[number];
  readonly cut: (typeof cuts)[number];
}
export type Fault = (typeof faults)[number] | CutFault;

const cutFaults: readonly CutFault[] = cutEnds.flatMap((end) => cuts.map((cut) => ({ end, cut })));

interface StepRow {
  readonly name: string;
  /** All of them unless it says otherwise. */
  readonly modes?: readonly Mode[];
  /** Exit status when the connection is lost or a deadline passes here. */
  readonly lost: number;
  /** Exit status at 5xx. */
  readonly refused: number;
  /** Whatever the fault: the handshake has only one way to fail, and after the hub's 250 nothing matters. */
  readonly always?: number;
}

export const steps = [
  { name: 'greeting', lost: 69, refused: 69 },
  { name: 'EHLO', lost: 75, refused: 76 },
  { name: 'STARTTLS', modes: ['starttls'], lost: 76, refused: 76 },
  { name: 'handshake', modes: ['starttls', 'implicit'], lost: 76, refused: 76, always: 76 },
  { name: 'EHLO in TLS', modes: ['starttls'], lost: 75, refused: 76 },
  { name: 'AUTH', lost: 75, refused: 77 },
  { name: 'AUTH, user name', lost: 75, refused: 77 },
  { name: 'AUTH, password', lost: 75, refused: 77 },
  { name: 'MAIL', lost: 75, refused: 65 },
  { name: 'RCPT', lost: 75, refused: 67 },
  { name: 'DATA', modes: ['plain', 'starttls', 'implicit', 'queue', 'queue run', 'submission'], lost: 75, refused: 65 },
  // Not with the last two: the message takes the same way as with `queue` and `plain`, and it is a large one.
  { name: 'message', modes: ['plain', 'starttls', 'implicit', 'chunking', 'queue'], lost: 75, refused: 65 },
  { name: 'final dot', lost: 75, refused: 65 },
  { name: 'QUIT', lost: 0, refused: 0, always: 0 },
] as const satisfies readonly StepRow[];
export type Step = (typeof steps)[number]['name'];

export interface Cell {
  readonly mode: Mode;
  readonly step: Step;
  readonly fault: Fault;
  /** The exit status that tells the truth; with a queue and with -bs, what would be told without. */
  readonly status: number;
}

export const cells: readonly Cell[] = steps.flatMap((step: StepRow & { name: Step }) =>
  (step.modes ?? modes).flatMap((mode) =>
    [...faults, ...cutFaults].map(
      (fault): Cell => ({ mode, step: step.name, fault, status: step.always ?? statusOf(step, fault) }),
    ),
  ),
);

/** Those that every run of the tests looks at: of the replies that break off, some of each kind, and one connection of each. */
export function isTestedAlways({ mode, fault, step }: Cell): boolean {
  if (typeof fault === 'string') return true;
  if (step === 'handshake' || !['implicit', 'chunking', 'queue run', 'submission'].includes(mode)) return false;
  const few =
    fault.end === 'close' ? ['NNN ', 'NNN 2.0.0 ok\\r', 'NNN-one\\r\\n', 'NNN-one\\r\\nNNN two'] : ['NNN-one\\r\\n'];
  return few.includes(fault.cut);
}

export function nameOf(fault: Fault): string {
  return typeof fault === 'string' ? fault : `${fault.end} after "${fault.cut}"`;
}

function statusOf({ name, lost, refused }: StepRow, fault: Fault): number {
  // No reply that breaks off is one.
  if (typeof fault !== 'string') return lost;
  switch (fault) {
    case 'refuse':
      // At the greeting nobody listens; later the hub says 421 and hangs up.
      return name === 'greeting' ? 69 : 75;
    case '4xx':
      return 75;
    case '5xx':
      return refused;
    case 'close':
    case 'reset':
    case 'hang':
    case 'drip':
      return lost;
    case 'garbage':
    case 'long line':
    case 'endless':
      return 76;
    default:
      return fault satisfies never;
  }
}
