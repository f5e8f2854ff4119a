/** The inputs that are kept: one file each, named after what it is, in a folder for each target. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './target.ts';

export interface Kept {
  /** The file's name, hyphens as blanks. */
  readonly title: string;
  readonly octets: Buffer;
}

export function corpusOf({ name }: Pick<Target, 'name'>): Kept[] {
  const folder = join(import.meta.dirname, 'corpus', name);
  return readdirSync(folder)
    .sort()
    .map((file) => ({ title: file.replaceAll('-', ' '), octets: readFileSync(join(folder, file)) }));
}
