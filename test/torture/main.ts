/** `npm run torture`: how the queue stands crashes, failing disks, storms and long backlogs. Ends with 1 when mail was lost or came twice. */

import { drainRate, longQueue } from './backlog.ts';
import { scenarios, torture } from './crash.ts';
import { storm } from './storm.ts';

const errors = [undefined, 'EIO', 'ENOSPC', 'EROFS', 'EMFILE'] as const;
const bad: string[] = [];

console.log(
  'What becomes of a message when its process is killed, or the system fails it, at each system call in turn\n',
);
for (const error of errors) {
  for (const scenario of scenarios) {
    const { points, tally, bad: found } = await torture(scenario, error);
    const verdicts = Object.entries(tally).map(([verdict, count]) => `${count} ${verdict}`);
    console.log(
      `${(error ?? 'killed').padEnd(8)} ${scenario.name.padEnd(18)} ${String(points).padStart(3)} points: ${verdicts.join(', ')}`,
    );
    bad.push(...found);
  }
}

const seed = Number(process.argv[2] ?? 20_261_124);
const found = await storm({ messages: 2000, seed });
console.log(`\nStorm (seed ${seed}): ${found.sent} messages of 20 senders at once in ${found.seconds.toFixed(0)} s`);
console.log(`  killed: hub ${found.hubDeaths}, runners ${found.runnerDeaths}, senders ${found.senderDeaths} times`);
console.log(`  accepted ${found.accepted}, not accepted or killed ${found.open}`);
console.log(
  `  lost ${found.lost.length}, twice ${found.twice.length}, twice and marked as uncertain ${found.uncertainTwice}`,
);
if (found.accepted < found.sent / 2) bad.push(`storm: only ${found.accepted} of ${found.sent} messages were accepted`);
bad.push(
  ...found.lost.map((subject) => `storm: ${subject} LOST`),
  ...found.twice.map((subject) => `storm: ${subject} TWICE`),
);

const { mailq, run } = await longQueue(100_000);
const shown = ({ seconds, memory }: typeof run) => `${seconds.toFixed(1)} s, ${memory.toFixed(0)} MB`;
console.log(`\n100,000 messages in the queue: mailq ${shown(mailq)}; a run while the hub is down ${shown(run)}`);

const { rate, turns, arrived } = await drainRate(400, 50);
console.log(
  `\nA hub 50 ms away: ${arrived} messages, ${rate.toFixed(1)} a second, ${turns.toFixed(2)} waits a message`,
);

for (const line of bad) console.log(`BAD  ${line}`);
console.log(bad.length === 0 ? '\nNothing was lost, nothing came twice.' : `\n${bad.length} faults`);
process.exitCode = bad.length === 0 ? 0 : 1;
