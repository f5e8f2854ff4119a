/**
 * One CommonJS text of the whole program that loads a built-in module only at the moment it is used.
 *
 * A plain esbuild bundle loads every built-in that any file imports, and esbuild's interop helper makes it worse: to copy
 * the properties of a built-in it reads them, which loads more. A process that lives for 50 ms notices. So, after esbuild
 * has linked the files,
 *
 *     var import_node_tls = __toESM(require("node:tls"), 1);      // is dropped, and
 *     import_node_tls.default.connect(…)                          // becomes require("node:tls").connect(…)
 *
 * esbuild writes every use of an import in this form (it keeps the semantics of ES modules that way), so nothing but its
 * own output has to be understood. The build fails when another form appears.
 */
import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/** Changes inside packages: each `find` has to occur exactly once, so that an update cannot undo one unseen. */
const patches: { file: RegExp; why: string; find: string; put: string }[] = [
  {
    file: /nodemailer\/dist\/esm\/smtp-connection\/index\.js$/,
    why: 'the id only marks log entries: loading crypto for it costs milliseconds',
    find: "crypto.randomBytes(8).toString('base64').replace(/\\W/g, '')",
    put: 'Math.random().toString(36).slice(2)',
  },
  {
    file: /commander\/lib\/option\.js$/,
    why: 'our flags are ASCII: a look at the Unicode tables for each of them costs a millisecond',
    find: '/\\p{ID_Continue}\\.\\.\\.[>\\]]$/u',
    put: '/\\w\\.\\.\\.[>\\]]$/',
  },
];

/** Files whose exports the program never calls (nodemailer's HTTP client): left out, with all that they import. */
const unusedFiles = [/nodemailer\/dist\/esm\/fetch\/index\.js$/];

/** The program without its `#!` line. File names in comments are relative to `root`. */
export async function leanBundle(entry: string, root: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [patchPackages],
  });
  const [linked] = result.outputFiles;
  if (linked === undefined) throw new Error('Cannot bundle: esbuild gave no output');
  return onlyAscii(builtinsOnUse(linked.text)).replace(/^#!.*\n/, '');
}

const patchPackages: Plugin = {
  name: 'patch-packages',
  setup({ onLoad, onEnd }) {
    const pending = new Set(patches);
    for (const filter of unusedFiles) onLoad({ filter }, () => ({ contents: 'export default undefined;' }));
    for (const patch of patches) {
      onLoad({ filter: patch.file }, async ({ path }) => {
        const parts = (await readFile(path, 'utf8')).split(patch.find);
        if (parts.length !== 2) throw new Error(`Cannot patch ${path}: this is not there exactly once: ${patch.find}`);
        pending.delete(patch);
        return { contents: parts.join(patch.put) };
      });
    }
    onEnd(() => ({
      errors: [...pending].map(({ file }) => ({ text: `Cannot patch ${file}: the bundle has no such file` })),
    }));
  },
};

/** Drops the declarations of built-in modules and puts `require` where the modules are used. */
export function builtinsOnUse(linked: string): string {
  const modules = new Map<string, string>();
  const declaration = /^var (import_\w+) = (?:__toESM\(require\("([\w:/]+)"\), 1\)|require\("([\w:/]+)"\));\n/gm;
  const body = linked.replace(declaration, (_line, name: string, whole?: string, parts?: string) => {
    modules.set(name, whole ?? parts ?? '');
    return '';
  });
  const lean = body.replace(
    /(\bnew )?\b(import_\w+)(?:\.default\b)?/g,
    (use, begin: string | undefined, name: string) => {
      const module = modules.get(name);
      if (module === undefined) return use;
      // `new require("x").Y()` would make a require.
      return begin === undefined ? `require("${module}")` : `${begin}(require("${module}"))`;
    },
  );
  const [unknown] = lean.match(/^(?:(?:var|let|const) .*= (?:__toESM\()?require\("|.*\bimport\().*$/m) ?? [];
  if (unknown) throw new Error(`Cannot load on use, write "import x from" or "import { x } from" instead: ${unknown}`);
  return lean;
}

/** V8 keeps a text with any other character in two bytes each. esbuild has escaped all but those in comments. */
function onlyAscii(program: string): string {
  return program.replaceAll(/[^\x00-\x7f]/g, '?');
}
