import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtinsOnUse, leanBundle } from '../../scripts/lean-bundle.ts';
import { contentOf, root, script } from './built.ts';

test('leanBundle() gives the same text each time, and dist/ssmtp.cjs is this text', async () => {
  const entry = join(root, 'src/main.ts');
  const [first, second] = await Promise.all([leanBundle(entry, root), leanBundle(entry, root)]);
  assert.ok(first === second, 'two bundles differ');
  const built = contentOf(script).toString('latin1');
  assert.ok(built === `#!/usr/bin/env node\n${first}`, 'dist/ssmtp.cjs is older than the sources: npm run build');
});

const rewrites: { what: string; from: string; to: string }[] = [
  {
    what: 'a default import',
    from: 'var import_node_tls = __toESM(require("node:tls"), 1);\nf(import_node_tls.default.connect);\n',
    to: 'f(require("node:tls").connect);\n',
  },
  {
    what: 'a named import',
    from: 'var import_promises = require("node:fs/promises");\nf((0, import_promises.readFile)(x));\n',
    to: 'f((0, require("node:fs/promises").readFile)(x));\n',
  },
  {
    what: 'a class',
    from: 'var import_node_crypto = require("node:crypto");\nf(new import_node_crypto.X509Certificate(x));\n',
    to: 'f(new (require("node:crypto")).X509Certificate(x));\n',
  },
  {
    what: 'an import that is not used',
    from: 'var import_node_http = __toESM(require("node:http"), 1);\n',
    to: '',
  },
  {
    what: 'a bundled package',
    from: 'var import_ini = __toESM(require_ini(), 1);\nimport_ini.default.parse(x);\n',
    to: 'var import_ini = __toESM(require_ini(), 1);\nimport_ini.default.parse(x);\n',
  },
];

for (const { what, from, to } of rewrites) {
  test(`builtinsOnUse() rewrites ${what}`, () => assert.equal(builtinsOnUse(from), to));
}

const refused = [
  'var path2 = __toESM(require("node:path"), 1);\n',
  'var { connect } = require("node:net");\n',
  'const tls = await import("node:tls");\n',
];

for (const form of refused) {
  test(`builtinsOnUse() refuses ${form.trim()}`, () => {
    assert.throws(() => builtinsOnUse(form), /Cannot load on use, write "import x from"/);
  });
}
