/** Every generated file: its path below the project's root, and what it should hold. */

import { readFileSync } from 'node:fs';
import { callersDocument } from './callers.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.ts';
import { exampleConfig } from './example-config.ts';
import { ssmtpManual } from './man-ssmtp.ts';
import { configManual } from './man-ssmtp-conf.ts';
import { performanceDocument, readResults } from './performance.ts';
import { ratioPlot, wallPlot } from './performance-plots.ts';
import { fastTable } from './performance-tables.ts';
import { readmeTables } from './readme-tables.ts';
import { withTables } from './tables.ts';

export function generatedFiles(): { path: string; text: string }[] {
  const results = readResults();
  const tables = { ...readmeTables(), fast: fastTable(results) };
  return [
    { path: 'ssmtp.conf.example', text: exampleConfig() },
    { path: 'man/ssmtp.8', text: ssmtpManual() },
    { path: 'man/ssmtp.conf.5', text: configManual() },
    { path: 'completions/ssmtp.bash', text: bashCompletion() },
    { path: 'completions/ssmtp.zsh', text: zshCompletion() },
    { path: 'completions/ssmtp.fish', text: fishCompletion() },
    { path: 'docs/CALLERS.md', text: callersDocument() },
    { path: 'README.md', text: withTables(readFileSync('README.md', 'utf8'), tables) },
    { path: 'docs/PERFORMANCE.md', text: performanceDocument(results) },
    { path: 'docs/performance.svg', text: wallPlot(results) },
    { path: 'docs/performance-ratios.svg', text: ratioPlot(results) },
  ];
}
