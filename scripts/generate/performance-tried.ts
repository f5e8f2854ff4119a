/** What docs/PERFORMANCE.md says beside the run: figures that were found once, by hand, and what follows from them. */

import { markdownTable } from './tables.ts';

export function triedText(): string {
  return [...memory, ...jit, ...startUp, ...size].join('\n');
}

const memory = [
  '## Memory and threads',
  '',
  'Megabytes while the program waits for the hub; *of its own* are pages with no file behind them. The kernel counts pages of the',
  'executable as private while one process alone has it mapped: then 47 and 50 MB for a short message, and with the executable mapped by a',
  'second process what is in the table. `test/build/memory.test.ts` holds the bounds, for they do not depend on the clock.',
  '',
  markdownTable(
    ['', 'of its own', 'must be', 'resident', 'must be'],
    [
      ['short message, in clear', '14.9', 'at most 16', '51.3', 'at most 60'],
      ['short message, STARTTLS and CRAM-MD5', '15.5', 'at most 18', '55.3', 'at most 60'],
      ['25 MB, in clear', '21.2', 'below 32', '58.1', ''],
      ['25 MB, STARTTLS and CRAM-MD5', '21.4', 'below 32', '61.1', ''],
    ],
  ),
  '',
  '- **Control group of 24 MB**: all four pass where the executable is in the page cache already, as it is when anybody has run it; a short',
  '  message needs 14.7 MB of the group, one with TLS 16.7. **Miss:** a group that has to read the executable itself needs room for its 36 MB of pages:',
  '  with 64 MB the first message takes 1.5 s on a slow disk, with 40 MB or 24 MB it had not left after a minute, for pages are thrown out and read again.',
  '- **Threads**: three in place of six. Node always starts one for timers of its platform and at least one worker for V8 (`--v8-pool-size=1`;',
  '  0 means as many as there are processors). A hub that is given by name starts libuv’s four, which ask the name service.',
  '- What a process has of its own is V8’s heap (6 MB), the copy of the snapshot that Node makes before it reads it (3.7 MB), what Node and',
  '  OpenSSL set up (4 MB), and 1 MB of abseil’s deadlock detection. Only the first two are ours to make smaller: see below.',
  '',
];

const jit = [
  '## With V8’s compiler or without',
  '',
  'Both built from the same sources, in turn on a quiet machine; medians of 24 messages, 10 of the large ones, 3 of the queue.',
  '',
  markdownTable(
    ['', '`--jitless`', 'with the compiler'],
    [
      ['short message, in clear', '31.0 ms, 51.2 MB resident', '34.8 ms, 54.6 MB'],
      ['short message, STARTTLS and CRAM-MD5', '39.1 ms, 55.0 MB', '43.0 ms, 58.4 MB'],
      ['-odb, until the caller is free', '32.3 ms, 51.1 MB', '35.1 ms, 54.3 MB'],
      ['25 MB, in clear', '93 ms, 58.1 MB', '102 ms, 61.7 MB'],
      ['25 MB, STARTTLS and CRAM-MD5', '113 ms, 61.1 MB', '118 ms, 64.8 MB'],
      ['2,000 messages of 20 kB in the queue, hub nearby', '1.5 s, 96 MB', '1.1 s, 108 MB'],
    ],
  ),
  '',
  'Nothing that a caller waits for runs long enough to be worth compiling: even 25 MB pass through native searches and copies. Only a long run of',
  'the queue with a hub nearby is faster with the compiler. So `--jitless` is right, and it keeps the program out of trouble where no memory may be',
  'writable and executable. Young garbage has 2 MB: with 1 the queue takes 150 MB and a large message 4 % longer, with 4 a large one 4 MB more.',
  '',
];

const startUp = [
  '## What was tried',
  '',
  'Most of the time of a short message is system time: page faults. A start of the empty script has 2,700 of them. So whatever is not in the',
  'snapshot, or not copied from it, counts twice. CPU milliseconds of one message, measured in turn:',
  '',
  '- Compiled code of modules that are in the snapshot anyway was kept behind it, 1.7 MB: without it 4,140 page faults in place of 4,720,',
  '  30.3 ms in place of 32.5, 4 MB less resident. `Object.entries(fs)` had loaded readline and the REPL into it.',
  '- node:tls in the snapshot: 47.6 ms in place of 53 with STARTTLS, at the cost of half a millisecond in clear. With what a message with TLS',
  '  needs compiled before, by a connection that only pretends to be TLS: 44.8 ms.',
  '- node:dns in the snapshot makes each start read resolv.conf and nsswitch.conf, 1 to 2 ms: left out. node:child_process saves 1 ms for -odb and',
  '  wherever there is a system log.',
  '- Authorities: with `--use-openssl-ca` only the one that is needed is read, so nothing was to be gained. NODE_EXTRA_CA_CERTS in the caller’s',
  '  environment costs 6 ms: Node reads that file before our first line.',
  '- Node’s own start, which runs in each process before our first line, was compiled each time, seventy functions: run once more at build time it',
  '  is in the snapshot: 30.3 ms in place of 33.5 in clear. With what `-odb` needs beside, 29.6 in place of 34.4 until the caller is free.',
  '- Behind each session with TLS, trouble that nobody asked for was put into words, a look into the certificate included: 34.5 ms in place of 36.8.',
  '- All of it makes 31 ms in clear and 39 with STARTTLS on a quiet machine, 1.2 to 1.3 and 1.5 to 1.6 times the empty script: from run to run the',
  '  ratios move by 5 %, so that what is just above its bound in one is just below it in the next. What is left is the snapshot, which Node copies and',
  '  reads (4 MB, 3.4 of which an empty script has, too), with TLS the handshake, and patterns, which V8 never keeps in a snapshot (4 %). Without',
  '  blanks in its text (170 kB) the snapshot saves 0.3 ms; lines in stack traces are worth more.',
  '- `--no-regexp-peephole-optimization` saves 1 %; `--no-regexp-optimization` and `--min-semi-space-size` nothing that can be seen.',
  '- **-odb** needs 30 ms of CPU: a start like any other, two fsyncs (0.5 ms on this disk) and a fork and exec out of a process that has 50 MB mapped',
  '  (1 ms). The process behind the caller can be started no sooner than the message is on the disk, and takes a processor then. **Miss** where it is one.',
  '- **25 MB** cost 91 ms of CPU where they cost 120, 30 of which are the start: pieces of 256 KiB in place of 64 (fewer turns of the event loop),',
  '  made in one buffer; CRLF by split and join, for what `replaceAll` gives is a chain of pieces that has to be flattened; a search for any dot',
  '  before one for lines that begin with a dot. Of the other 60 the kernel takes 30 (read, write to the disk, read again, send), CRLF for 325,000 lines',
  '  13, collecting garbage 7. Larger pieces would save 2 to 4 ms more, and a slow line would have longer to wait for a sign of life.',
  '- **20 at a time** is bound by CPU on two cores: 31 ms each, of which 23 are those of an empty script. No program in Node can be as fast as msmtp here; a',
  '  queue and one runner (`DeliveryMode=queue`) is the answer where it matters: 7 ms a message over 50 ms of distance.',
  '',
];

const size = [
  '## Size',
  '',
  'The executable has 112.7 MB, of which 109 are Node without its symbol table (18 MB less for that). Its own part went from 5.5 MB to 3.8 MB',
  'without the compiled code above. UPX would make it a quarter, and each start 0.4 s longer. A Node without full ICU data (30 MB) would have to',
  'be built from source for each release, so it is left as it is.',
  '',
];
