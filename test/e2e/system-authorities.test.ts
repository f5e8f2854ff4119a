/** The authorities of every system are found without configuration: machines with nothing but one place of one system. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authorityDirectories, authorityFiles } from '../../src/config/system-authorities.ts';
import { describeWithPostfix } from '../rig/suite.ts';

const script = join(import.meta.dirname, '../../dist/ssmtp.cjs');
const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;
const skip = canMount ? false : 'SKIPPED: namespaces need root on Linux';

/** Its own /etc, /var/lib and /usr/local, without any authority. */
const ownMachine = [
  'set -e',
  'mkdir "$HOME/etc"',
  'for each in passwd group hosts nsswitch.conf ld.so.preload; do if [[ -f /etc/$each ]]; then cp /etc/$each "$HOME/etc"; fi; done',
  'hash=$(openssl x509 -hash -noout -in "$AUTHORITY")',
  'for each in /etc /var/lib /usr/local; do mount -t tmpfs none $each; done',
  'cp "$HOME/etc"/* /etc',
];

const keep = (path: string) => `mkdir -p "$(dirname ${path})"; cp "$AUTHORITY" ${path}`;
const link = (path: string, target: string) => `mkdir -p "$(dirname ${path})"; ln -s ${target} ${path}`;
const keepHashed = (directory: string) => `mkdir -p ${directory}; cp "$AUTHORITY" ${directory}/$hash.0`;

/** As they are after installation, with their links. */
const systems: Readonly<Record<string, readonly string[]>> = {
  Debian: [keep('/etc/ssl/certs/ca-certificates.crt'), keepHashed('/etc/ssl/certs')],
  'Fedora 41': [
    keep('/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'),
    link('/etc/pki/tls/certs/ca-bundle.crt', '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'),
    link('/etc/pki/tls/cert.pem', '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'),
    link('/etc/ssl/certs', '../pki/tls/certs'),
  ],
  'Fedora without cert.pem': [
    keep('/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'),
    keepHashed('/etc/pki/ca-trust/extracted/pem/directory-hash'),
    link('/etc/pki/tls/certs', '/etc/pki/ca-trust/extracted/pem/directory-hash'),
    link('/etc/ssl/certs', '../pki/tls/certs'),
  ],
  Alpine: [keep('/etc/ssl/certs/ca-certificates.crt'), link('/etc/ssl/cert.pem', 'certs/ca-certificates.crt')],
  SUSE: [
    keep('/var/lib/ca-certificates/ca-bundle.pem'),
    link('/etc/ssl/ca-bundle.pem', '/var/lib/ca-certificates/ca-bundle.pem'),
    keepHashed('/var/lib/ca-certificates/pem'),
    link('/etc/ssl/certs', '/var/lib/ca-certificates/pem'),
  ],
  'FreeBSD 14, where a link leads nowhere': [
    keepHashed('/etc/ssl/certs'),
    link('/etc/ssl/certs/00000000.0', '/usr/share/certs/trusted/gone.pem'),
  ],
  'FreeBSD 15': [keepHashed('/etc/ssl/certs'), keep('/etc/ssl/cert.pem')],
  'FreeBSD with ca_root_nss': [
    keep('/usr/local/share/certs/ca-root-nss.crt'),
    link('/usr/local/etc/ssl/cert.pem', '../../share/certs/ca-root-nss.crt'),
    link('/etc/ssl/cert.pem', '/usr/local/share/certs/ca-root-nss.crt'),
  ],
};

const programs = [
  { program: 'the executable', start: '"$@"' },
  { program: 'the script', start: `shift; "$NODE" "$SCRIPT" "$@"` },
] as const;

describeWithPostfix('the authorities of', {}, (rig) => {
  const machine = (steps: readonly string[], start: string) => {
    const lines = [...ownMachine, ...steps, 'cd "$HOME"', start].join('\n');
    return {
      port: 'startTls',
      lines: ['TLS_CA_File='],
      files: { machine: `${lines}\n` },
      shell: `exec unshare -m bash "$HOME/machine" "$@"`,
      environment: {
        PATH: process.env.PATH ?? '',
        NODE: process.execPath,
        SCRIPT: script,
        AUTHORITY: rig.hub.certificates.authority,
      },
    } as const;
  };

  if (skip !== false || !existsSync(script)) {
    test('every system', { skip: skip || 'SKIPPED: dist/ssmtp.cjs is not built' }, () => undefined);
    return;
  }

  for (const { program, start } of programs) {
    for (const [system, steps] of Object.entries(systems)) {
      rig.test(`${system} are known to ${program}`, () => rig.deliver(machine(steps, start)));
    }

    for (const path of authorityFiles) {
      rig.test(`a machine with nothing but ${path} are known to ${program}`, () =>
        rig.deliver(machine([keep(path)], start)),
      );
    }

    for (const directory of authorityDirectories) {
      rig.test(`a machine with nothing but ${directory} are known to ${program}`, () =>
        rig.deliver(machine([keepHashed(directory)], start)),
      );
    }

    rig.test(`a machine without any are not made up by ${program}`, async () => {
      const { status, stderr } = await rig.send(machine([], start));
      assert.equal(status, 76);
      assert.match(stderr, /unknown authority: only what the system trusts counts/);
    });
  }
});
