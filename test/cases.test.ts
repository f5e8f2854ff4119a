/** Runs every case file below cases/: one behaviour of the whole program each. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CaseFile, linesOf, parseCase, type SectionName, textOf, unescapeText } from './rig/case-file.ts';
import { type Certificates, makeCertificates } from './rig/certificates.ts';
import { fillIn } from './rig/placeholders.ts';
import { type Outcome, runProgram } from './rig/program.ts';
import { type TemporaryDirectory, temporaryDirectory } from './rig/temporary.ts';
import { type HubCertificate, startScriptedHub } from './scripted-hub.ts';

const folder = join(import.meta.dirname, 'cases');
const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.case'))
  .sort()
  .map((path) => ({ path, ...readCase(join(folder, path)) }));

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
let directory: TemporaryDirectory;
let certificates: Certificates | undefined;

describe('ssmtp', { concurrency: 4 }, () => {
  before(async () => {
    directory = await temporaryDirectory('certificates');
    if (hasOpenssl) certificates = await makeCertificates(directory.path);
  });
  after(() => directory[Symbol.asyncDispose]());

  for (const { path, title, sections } of cases) {
    const needsOpenssl = sections.hub?.includes('S: <tls>') === true && !hasOpenssl;
    const skip = needsOpenssl && 'SKIPPED: openssl is not installed (see scripts/debian-packages.txt)';
    test(`${dirname(path)}: ${title}`, { skip, timeout: 30_000 }, () => runCase(path, sections));
  }
});

function readCase(path: string): CaseFile {
  try {
    return parseCase(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${relative(folder, path)}: ${error instanceof Error ? error.message : error}`);
  }
}

async function runCase(path: string, sections: CaseFile['sections']): Promise<void> {
  const knownBefore = withKnown(sections, { USER: username, UID: String(uid), CA: certificates?.authority ?? '' });
  await using hub = await startScriptedHub(knownBefore.hub, await certificateOfHub());
  const told = withKnown(knownBefore, { PORT: String(hub.port) });
  const outcome = await runProgram({
    ...(told.name && { name: told.name.join('') }),
    words: (told.argv ?? []).map((word) => utf8Of(unescapeText(word))),
    ...(told.conf && { conf: textOf(told.conf) }),
    ...(told.revaliases && { files: { revaliases: textOf(told.revaliases) } }),
    environment: Object.fromEntries((told.env ?? []).map(nameAndValue)),
    stdin: textOf(told.stdin ?? []),
  });
  const actual = happened(outcome, await hub.transcript());
  const expected = { ...expectedWhenUnsaid, ...told };
  const filled = reports.map((name) => [name, fillIn(expected[name], actual[name])] as const);
  assert.equal(
    asText(Object.entries(actual)),
    asText(filled),
    `test/cases/${path} (+ what happened, - what the file says)`,
  );
}

const { username, uid } = userInfo();

/** Sections with `$PORT` and the like replaced. */
function withKnown(
  sections: CaseFile['sections'],
  values: Readonly<Record<string, string>>,
): Partial<Record<SectionName, string[]>> {
  const told = (line: string) => line.replaceAll(/\$([A-Z]+)/g, (whole, name: string) => values[name] ?? whole);
  return Object.fromEntries(Object.entries(sections).map(([name, lines]) => [name, lines.map(told)]));
}

async function certificateOfHub(): Promise<HubCertificate | undefined> {
  if (certificates === undefined) return undefined;
  const { certificate, key } = certificates.valid;
  return { cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
}

/** Node hands words over as UTF-8. */
function utf8Of(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function nameAndValue(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** The sections that tell what happened, in the order of the report. */
const reports = ['hub', 'stdout', 'stderr', 'exit', 'dead.letter'] as const;
type Report = Record<(typeof reports)[number], string[]>;

const expectedWhenUnsaid: Report = { hub: [], stdout: [], stderr: [], exit: ['0'], 'dead.letter': ['<none>'] };

function happened(outcome: Outcome, transcript: string[]): Report {
  return {
    hub: transcript,
    stdout: linesOf(outcome.stdout),
    stderr: linesOf(outcome.stderr),
    exit: [String(outcome.status ?? outcome.signal)],
    'dead.letter': outcome.deadLetter === undefined ? ['<none>'] : linesOf(outcome.deadLetter),
  };
}

function asText(report: readonly (readonly [string, readonly string[]])[]): string {
  return report.map(([name, lines]) => `== ${name}\n${lines.map((line) => `${line}\n`).join('')}`).join('');
}
