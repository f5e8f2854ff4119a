/** The files of the house, and what each of them imports. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** From left to right, as a message walks; the last two stand beside its way. */
export const rooms = ['cli', 'config', 'message', 'route', 'queue', 'hub', 'log', 'delivery', 'submit', 'admin'];

export interface SourceFile {
  /** Below `src/`: `hub/tls.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A path below `src/`, or a package's name as written. */
  readonly from: string;
  readonly isOwn: boolean;
  readonly isTypeOnly: boolean;
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function sourceFiles(): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
    .map((path) => ({ path, text: textOf(`src/${path}`) }));
}

const statement =
  /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*\{[^}]*\})?)\s+from\s+'([^']+)'/gm;
const otherForms = /\bimport\(\s*'([^']+)'|^import\s+'([^']+)'|\brequire\('([^']+)'\)/gm;

export function importsOf({ path, text }: SourceFile): Import[] {
  const named = [...text.matchAll(statement)].map(([, type, names = '', from = '']) => ({
    ...target(path, from),
    isTypeOnly: type !== undefined || hasOnlyTypes(names),
  }));
  const others = [...text.matchAll(otherForms)].map((found) => ({
    ...target(path, found.slice(1).find(Boolean) ?? ''),
    isTypeOnly: false,
  }));
  return [...named, ...others];
}

function hasOnlyTypes(names: string): boolean {
  const inner = /^\{([^}]*)\}$/.exec(names)?.[1];
  return inner?.split(',').every((name) => /^\s*(type\s.*)?$/s.test(name)) ?? false;
}

function target(path: string, from: string): { from: string; isOwn: boolean } {
  return from.startsWith('.') ? { from: normalize(join(dirname(path), from)), isOwn: true } : { from, isOwn: false };
}
