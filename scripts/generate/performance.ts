/** docs/PERFORMANCE.md: what docs/performance.json holds, in words, tables and pictures. */

import { readFileSync } from 'node:fs';
import { type Claim, claims, isMet } from '../../test/bench/claims.ts';
import type { Results } from '../../test/bench/results.ts';
import { placeOf } from './performance-names.ts';
import { tablesOf } from './performance-tables.ts';
import { triedText } from './performance-tried.ts';
import { markdownTable } from './tables.ts';

/** Throws SyntaxError when the file is no JSON. */
export function readResults(): Results {
  return JSON.parse(readFileSync('docs/performance.json', 'utf8'));
}

export function performanceDocument(results: Results): string {
  const shown = claims(results);
  const missed = shown.filter((claim) => !isMet(claim)).length;
  return [
    '# How fast',
    '',
    '<!-- Made from docs/performance.json by "npm run bench"; the words are in scripts/generate/performance.ts. -->',
    '',
    introduction,
    '',
    madeText(results),
    '',
    '![One message: milliseconds by distance and program](performance.svg)',
    '',
    '![How many times longer others take](performance-ratios.svg)',
    ...tablesOf(results).flatMap(({ title, words, table }) => ['', `## ${title}`, '', words, '', table]),
    '',
    '## To be shown',
    '',
    `Ratios of medians within this run, round trips, and memory. ${shown.length - missed} of ${shown.length} hold.`,
    '',
    claimsTable(shown),
    '',
    triedText(),
    method,
    '',
  ].join('\n');
}

const introduction = `\`npm run bench\` runs ssmtp and other programs that hand a message to a mail hub, side by side, against the same hub: round
robin, so that whatever else the machine does meets all of them. All figures are medians. Milliseconds move with the machine;
ratios hold within a run.`;

function madeText({ made }: Results): string {
  const versions = Object.entries(made.versions).map(([name, version]) => `${name} ${version}`);
  const [before, after] = made.load;
  const lines = [
    `This run: ${made.date}, ${made.minutes} minutes${made.isQuick ? ' (`--quick`: few rounds, some cells left out)' : ''}, ${made.machine}, load ${before.toFixed(1)} before and ${after.toFixed(1)} after.`,
    `${versions.join(', ')}.`,
    ...(made.skipped.length === 0 ? [] : ['', 'Not measured:', '', ...made.skipped.map((reason) => `- ${reason}`)]),
  ];
  return lines.join('\n');
}

function claimsTable(shown: readonly Claim[]): string {
  return markdownTable(
    ['', 'what', 'where', 'measured', 'must be'],
    shown.map((claim) => [
      isMet(claim) ? 'pass' : '**miss**',
      claim.what,
      placeOf(claim.where),
      claim.value.toFixed(2),
      `${claim.mustBe} ${claim.limit}`,
    ]),
  );
}

const method = `## How it is measured

- **Programs.** The built \`dist/ssmtp\`; the others from their Debian packages, unmodified, unpacked beside each other by
  \`scripts/bench-peers\` and laid over \`/usr\` in a mount namespace. *Empty script* is Node itself, of the version that ssmtp is
  built with, with a file that holds nothing: nothing that is made of Node starts faster without a snapshot. Environment: PATH
  and HOME. The message comes from a file on standard input.
- **Same hub.** A small sink (\`test/bench/sink.ts\`) that answers at once and in one packet, and offers what Postfix offers:
  PIPELINING, CHUNKING, SIZE, 8BITMIME, DSN, SMTPUTF8, under TLS AUTH CRAM-MD5 and PLAIN. TCP_NODELAY is set, acknowledgements are the
  kernel's ordinary delayed ones: that costs msmtp and dma their 40 ms on the loopback interface.
- **Same task.** A hub is trusted by an authority of the benchmark. ssmtp, msmtp, nullmailer and curl verify it; sSMTP and dma
  do not. nullmailer knows no CRAM-MD5: it logs in with PLAIN, one round trip less. dma sends a copy of its own to each recipient.
- **Distance.** 0 ms is the loopback interface. Otherwise packets go through a TUN device and a process of real-time priority that
  keeps each for half the distance (\`test/bench/distance.py\`; many kernels have no netem). TCP is the kernel's: handshake, delayed
  acknowledgements, Nagle, slow start, segments of 1460 octets. Nothing is lost and the rate is not limited.
- **Round trips** are counted there: how often a client waited for the hub's next packet (connection and greeting are two). *By the
  clock* is the difference in wall time between 50 and 150 ms, divided by 100 ms: it sees waits inside TCP as well.
- **Wall** is the time from the start of the program until it has ended, start of the process included. dma and nullmailer end when
  they have queued the message: for them it is the time until the hub has it. sSMTP sleeps for one second in each run; where "without its sleep"
  stands, 1000 ms are taken off. nullmailer's daemon is started before.
- **CPU** is user and system time of all processes that took part (a daemon's to 10 ms, as a mean). **Memory** is the largest resident set,
  pages of the executable among it, which are in the page cache anyway; *of its own* is what only that process has: pages with no file
  behind them, at the most, looked at whenever the program waits for the hub.
- Nearby, the first round warms up, with the memory measured, and does not count. sSMTP takes part in every third round. When a cell's time is
  over, no new round begins: the number of rounds is in \`docs/performance.json\`, with the quartiles.
- What was sent has to arrive: a run in which the hub gets anything else than all of it, whole, is not counted but reported.

\`npm run bench -- --quick\` takes some minutes, \`-- --only 'one/none'\` measures some cells; both write \`build/bench/results.json\`
only. \`-- --render\` makes this page anew. It needs root, for namespaces and TUN; nothing leaves the machine but apt-get's downloads.`;
