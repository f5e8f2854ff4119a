/** tlsOptions: what node:tls is told, from the files that the configuration names. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Plan } from '../../src/hub/plan.ts';
import { tlsOptions } from '../../src/hub/tls.ts';
import { planWith } from './pieces.ts';

/** Nobody decodes it here. */
const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
let directory = '';
const at = (name: string) => join(directory, name);

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssmtp-test-tls-'));
  for (const name of ['ca.pem', '0123abcd.0', 'ffffffff.1', 'README', '0123ABCD.0', '0123abcd.r0']) {
    writeFileSync(at(name), `text of ${name}`);
  }
  writeFileSync(at('ca.pem'), `no certificate\n${certificate}`);
});

after(() => rmSync(directory, { recursive: true }));

/** Names of files below the test's directory. */
function options(files: Partial<Plan['tlsFiles']>) {
  const placed = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, file === undefined ? file : at(file)]),
  );
  return tlsOptions(
    planWith({ tlsFiles: { ca: undefined, caDir: undefined, cert: undefined, key: undefined, ...placed } }),
  );
}

describe('tlsOptions()', () => {
  test('tlsOptions() verifies, with TLS 1.2 or newer, whatever else is said', () => {
    for (const files of [{}, { ca: 'ca.pem' }]) {
      const { rejectUnauthorized, minVersion } = options(files);
      assert.deepEqual([rejectUnauthorized, minVersion], [true, 'TLSv1.2']);
    }
  });

  test('tlsOptions() trusts TLS_CA_File alone', () => {
    assert.deepEqual(options({ ca: 'ca.pem' }).ca, [Buffer.from(`no certificate\n${certificate}`)]);
  });

  test('tlsOptions() says when TLS_CA_File holds no certificate', () => {
    const message = `Cannot use TLS_CA_File="${at('README')}": it holds no certificate in PEM form`;
    assert.throws(() => options({ ca: 'README' }), { name: 'Failure', kind: 'config', message });
  });

  test('tlsOptions() trusts what TLS_CA_Dir holds by hash', () => {
    const { ca } = options({ caDir: '.' });
    assert.ok(Array.isArray(ca));
    assert.deepEqual(ca.map(String).toSorted(), ['text of 0123abcd.0', 'text of ffffffff.1']);
  });

  test('tlsOptions() shows no certificate unless one is named', () => {
    const { cert, key } = options({});
    assert.deepEqual([cert, key], [undefined, undefined]);
  });

  for (const [files, name] of [
    [{ ca: 'missing' }, 'TLS_CA_File'],
    [{ caDir: 'missing' }, 'TLS_CA_Dir'],
  ] as const) {
    test(`tlsOptions() says when ${name} cannot be read`, () => {
      const message = `Cannot read ${name}="${at('missing')}": no such file or directory`;
      assert.throws(() => options(files), { name: 'Failure', kind: 'config', message });
    });
  }
});
