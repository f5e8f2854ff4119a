/**
 * `npm run bench`: this program beside others that do the same, in one run. A full run writes docs/performance.json and makes the
 * documents of it. `--quick` takes some minutes and says roughly the same; `-- --only REGEX` measures some cells, `-- --rounds N` limits
 * them, `-- --as-is` downloads nothing, `-- --render` measures nothing and makes the documents of docs/performance.json anew.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { claims } from './claims.ts';
import { missingForBench, runInPlace } from './place.ts';
import { reportOf } from './report.ts';
import { run } from './run.ts';

const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    inside: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    output: { type: 'string' },
    'as-is': { type: 'boolean', default: false },
  },
});

if (values.render) process.exitCode = render();
else if (values.inside) await measureAll();
else process.exitCode = await goInside();

async function goInside(): Promise<number> {
  if (missingForBench) {
    console.error(missingForBench);
    return 1;
  }
  if (!values['as-is']) spawnSync(join(root, 'scripts/bench-peers'), { stdio: 'inherit' });
  const status = await runInPlace([process.execPath, import.meta.filename, '--inside', ...process.argv.slice(2)]);
  const isWhole = !values.quick && values.only === undefined && values.rounds === undefined;
  return status === 0 && isWhole ? render() : status;
}

async function measureAll(): Promise<void> {
  const most = values.rounds === undefined ? undefined : Number(values.rounds);
  const only = values.only === undefined ? undefined : new RegExp(values.only);
  const results = await run({ isQuick: values.quick, most, only });
  const text = `${JSON.stringify(results, undefined, 1)}\n`;
  const path = values.output ?? join(root, 'build/bench/results.json');
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  if (!values.quick && only === undefined && most === undefined)
    writeFileSync(join(root, 'docs/performance.json'), text);
  console.log(reportOf(results, claims(results)));
}

function render(): number {
  if (!existsSync(join(root, 'docs/performance.json'))) {
    console.error('Cannot render docs/PERFORMANCE.md: there is no docs/performance.json (npm run bench)');
    return 1;
  }
  return spawnSync(process.execPath, [join(root, 'scripts/generate.ts')], { cwd: root, stdio: 'inherit' }).status ?? 1;
}
