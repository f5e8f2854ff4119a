/**
 * How a test run is told: failures in full, what was skipped and why, a count by folder, what tests have to say in
 * sum (`context.diagnostic`), and one line that sums up.
 */
import { dirname, relative } from 'node:path';
import { inspect } from 'node:util';

/** What is used of the events of node:test. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    /** The name of the test or suite that this one belongs to. */
    readonly classname?: string;
    readonly file?: string;
    readonly line?: number;
    /** The file that was run, where `file` may be one that it imports. */
    readonly entryFile?: string;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly message?: string;
    readonly duration_ms?: number;
    readonly details?: { readonly type?: string; readonly error?: Error & { readonly failureType?: string } };
  };
}

type Outcome = 'passed' | 'failed' | 'skipped';

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const folders = new Map<string, Record<Outcome, number>>();
  const reasons = new Map<string, number>();
  const remarks: string[] = [];
  const seconds: [file: string, seconds: number][] = [];

  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message ?? '';
    if (type === 'test:summary' && data.file) seconds.push([shortened(data.file), (data.duration_ms ?? 0) / 1000]);
    // Without a file it is node:test's own count.
    if (type === 'test:diagnostic' && data.file) remarks.push(data.message ?? '');
    const outcome = outcomeOf(type, data);
    if (outcome === undefined) continue;
    const folder = dirname(shortened(data.entryFile ?? data.file ?? '.'));
    const counts = folders.get(folder) ?? { passed: 0, failed: 0, skipped: 0 };
    counts[outcome] += 1;
    folders.set(folder, counts);
    if (outcome === 'failed') yield failureText(data);
    if (outcome === 'skipped') reasons.set(reasonOf(data), (reasons.get(reasonOf(data)) ?? 0) + 1);
  }

  for (const [file, time] of seconds.sort((a, b) => b[1] - a[1]).slice(0, 5)) {
    if (time >= 1) yield `slow    ${time.toFixed(1)} s  ${file}\n`;
  }
  for (const [reason, count] of reasons) yield `skipped ${count}: ${reason}\n`;
  for (const [folder, counts] of [...folders].sort()) yield `${folder.padEnd(24)} ${sumOf([counts])}\n`;
  for (const remark of remarks) yield `${remark}\n`;
  const { CHECKS_PASSED = 0, CHECKS_FAILED = 0 } = process.env;
  const checks = { passed: Number(CHECKS_PASSED), failed: Number(CHECKS_FAILED), skipped: 0 };
  yield `\n${sumOf([checks, ...folders.values()])}\n`;
}

/** Undefined for what is no test: suites, tests that failed only because a part of them did, and files that were run. */
function outcomeOf(type: string, { name, file, skip, todo, details }: TestEvent['data']): Outcome | undefined {
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  if (skip !== undefined || todo !== undefined) return 'skipped';
  if (type === 'test:fail') return details?.error?.failureType === 'subtestsFailed' ? undefined : 'failed';
  return details?.type === 'suite' || name === file ? undefined : 'passed';
}

function failureText({ name, classname, file = '', line, details }: TestEvent['data']): string {
  const title = [classname, name].filter(Boolean).join(' > ');
  const reason = describe(details?.error?.cause ?? details?.error).replaceAll(/^/gm, '        ');
  return `FAILED  ${title}  (${shortened(file)}:${line})\n${reason}\n`;
}

/** The message (an assertion's holds the difference), where in our files it happened, and what caused it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const stack = (error.stack ?? String(error)).replaceAll(/\n +at .*(node:|node_modules\/).*/g, '');
  return error.cause === undefined ? stack : `${stack}\ncaused by ${describe(error.cause)}`;
}

function reasonOf({ name, skip, todo }: TestEvent['data']): string {
  if (todo !== undefined) return `to do: ${name}`;
  return typeof skip === 'string' ? skip.replace(/^SKIPPED: /, '') : `without a reason: ${name}`;
}

function sumOf(counts: Record<Outcome, number>[]): string {
  const total = (outcome: Outcome) => counts.reduce((sum, count) => sum + count[outcome], 0);
  const skipped = total('skipped');
  return `${total('passed')} passed, ${total('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function shortened(file: string): string {
  return relative(process.cwd(), file);
}
