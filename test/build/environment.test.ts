import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { version } from '../../src/version.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../rig/temporary.ts';
import { executable, root, run, script } from './built.ts';

let directory: TemporaryDirectory;
before(async () => {
  directory = await temporaryDirectory('environment');
  await writeFile(join(directory.path, 'loaded.cjs'), 'console.log("loaded")');
  await writeFile(join(directory.path, 'garbage'), 'garbage [ =\n[[[\n');
});
after(() => directory[Symbol.asyncDispose]());

/** What Node, V8 or OpenSSL would act on before the first line of our code; `$DIR` is a private directory. */
const variables: [name: string, value: string][] = [
  ['NODE_OPTIONS', '--require=$DIR/loaded.cjs'],
  ['NODE_OPTIONS', '--no-such-option'],
  ['NODE_OPTIONS', '--inspect-brk'],
  ['OPENSSL_CONF', '$DIR/garbage'],
  ['NODE_USE_SYSTEM_CA', '1'],
  ['NODE_EXTRA_CA_CERTS', '$DIR/garbage'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ['NODE_REDIRECT_WARNINGS', '$DIR/written'],
  ['NODE_PENDING_DEPRECATION', '1'],
  ['NODE_DEBUG', '*'],
  ['NODE_DEBUG_NATIVE', 'SEA'],
  ['NODE_ICU_DATA', '$DIR/none'],
  ['NODE_PATH', '$DIR'],
  ['NODE_CHANNEL_FD', '2'],
  ['NODE_UNIQUE_ID', '1'],
  ['NODE_TEST_CONTEXT', 'child-v8'],
  ['NODE_V8_COVERAGE', '$DIR/written'], // nothing can keep Node from writing there
  ['NODE_COMPILE_CACHE', '$DIR/written'], // likewise
  ['SSL_CERT_FILE', '$DIR/garbage'],
  ['UV_THREADPOOL_SIZE', '0'],
  ['FORCE_COLOR', '1'],
  ['TZ', 'No/Such_Zone'],
  ['LC_ALL', 'xx_XX.UTF-8'],
];

for (const [name, value] of variables) {
  test(`dist/ssmtp is not disturbed by ${name}=${value}`, async () => {
    const environment = { [name]: value.replace('$DIR', directory.path) };
    const outcome = await run(executable, { words: ['--version'], environment });
    assert.deepEqual(outcome, { status: 0, stdout: `ssmtp ${version}\n`, stderr: '' });
  });
}

for (const file of [executable, script]) {
  test(`${file.replace(/.*dist/, 'dist')} gives no mail to a hub that nobody vouches for, whatever Node is told`, async () => {
    await using hub = await startHub(directory.path);
    const configuration = join(directory.path, 'ssmtp.conf');
    await writeFile(configuration, `mailhub=127.0.0.1:${hub.port}\nUseSTARTTLS=YES\nhostname=here.example\n`);
    const outcome = await run(file, {
      words: ['-C', configuration, 'someone@example.org'],
      environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
      input: 'Subject: secret\n\nsecret\n',
    });
    assert.equal(outcome.status, 76, outcome.stderr);
    assert.equal(await hub.received(), '');
  });
}

for (const file of [executable, script]) {
  test(`${file.replace(/.*dist/, 'dist')} gives no mail to a hub that only $SSL_CERT_FILE vouches for`, async () => {
    await using hub = await startHub(directory.path);
    const authority = join(directory.path, 'authority.pem');
    const configuration = join(directory.path, 'named.conf');
    await writeFile(configuration, `mailhub=127.0.0.1:${hub.port}\nUseSTARTTLS=YES\nhostname=here.example\n`);
    const outcome = await run(file, {
      words: ['-C', configuration, 'someone@example.org'],
      environment: { SSL_CERT_FILE: authority, SSL_CERT_DIR: directory.path },
      input: 'Subject: secret\n\nsecret\n',
    });
    assert.match(outcome.stderr, /signed by an unknown authority/);
    assert.equal(outcome.status, 76);
    assert.equal(await hub.received(), '');
  });
}

/** The hub of scripts/quickstart, in a process of its own: it ends when the first connection does. */
async function startHub(path: string) {
  const hub = spawn(process.execPath, [join(root, 'scripts/demo-hub.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pieces: AsyncIterator<string> = hub.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  const { value: port } = await pieces.next();
  const received = async () => {
    let all = '';
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) all += piece.value;
    return all;
  };
  return { port: Number(port), received, [Symbol.asyncDispose]: async () => void hub.kill() };
}
