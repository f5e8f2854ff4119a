/** `npm run generate`: writes the files that are made from the tables. `--check` writes nothing and exits 1 when one is stale. */

import { readFileSync, writeFileSync } from 'node:fs';
import { generatedFiles } from './generate/files.ts';

const onlyCheck = process.argv.includes('--check');
let stale = 0;
for (const { path, text } of generatedFiles()) {
  const current = textOf(path);
  if (current === text) continue;
  stale += 1;
  console.log(`${onlyCheck ? 'stale' : 'written'}: ${path}`);
  if (!onlyCheck) writeFileSync(path, text);
}
process.exitCode = onlyCheck && stale > 0 ? 1 : 0;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
