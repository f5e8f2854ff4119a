/**
 * Node's module loader computes the folders of global modules from process.execPath when it starts, so a snapshot would hold the
 * folder of the build: as one text, or in pieces when nobody has looked at the characters of what was joined (V8's ConsString).
 */

/** As far as it is used here (lib/internal/modules/cjs/loader.js). */
interface Loader {
  readonly Module: { readonly _initPaths: () => void };
}

/** Computes them anew for a Node in /bin. Needs --expose-internals. */
export function forgetGlobalPaths(): void {
  const load: (name: string) => unknown = require; // Node's own, which knows its internal modules as well
  const { Module } = load('internal/modules/cjs/loader') as Loader;
  process.execPath = '/bin/node';
  Module._initPaths();
}
