/** The image of packaging/container, made and run by podman as README.md tells, on a machine without any other network. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { missingForMachine, onMachine } from '../install/machine.ts';
import { rows } from './readme-commands.ts';
import { cleanSystem, hub, receivedOf } from './stage.ts';

const missing = spawnSync('podman', ['--version']).error
  ? 'SKIPPED: podman is not installed (see scripts/debian-packages.txt)'
  : missingForMachine;

/** podman's own places are in memory. The image that ours begins with is the clean system, which has an authority more. */
const stage = `${hub}mount -t sysfs -o ro none /sys
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs none /var/tmp
cat >/tmp/storage.conf <<'END'
[storage]
driver = "overlay"
graphroot = "/tmp/podman"
runroot = "/run/podman"
END
cat >/tmp/containers.conf <<'END'
[containers]
netns = "host"
cgroups = "disabled"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"] # podman's own takes CAP_SYS_RESOURCE
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
END
export CONTAINERS_STORAGE_CONF=/tmp/storage.conf CONTAINERS_CONF=/tmp/containers.conf BUILDAH_ISOLATION=chroot
mkdir /tmp/base
cp /tmp/hub.crt /tmp/base
cat >/tmp/base/Containerfile <<'END'
FROM localhost/clean
COPY hub.crt /usr/local/share/ca-certificates/
RUN update-ca-certificates && echo 'Acquire::Retries "0";' >/etc/apt/apt.conf.d/no-network
END
exec 4>&1 >/tmp/log 2>&1
trap 'cat /tmp/log >&4' ERR
tar -C ${cleanSystem.replace(/.*\/build/, '/ssmtp/build')} -c --exclude=./packages . | podman import --quiet - clean
podman build --quiet --tag docker.io/library/debian:bookworm-slim /tmp/base
printf 'Subject: letter\\n\\nhello\\n' >/tmp/letter
`;

const commands = rows.map(({ command }) => command).filter((command) => command.startsWith('podman'));
const run = commands.at(-1) ?? '';

/** The last of them with other words: what it is to do, and what is not as in README.md. */
function running(words: string, ...changes: readonly (readonly [string, string])[]): string {
  const changed = changes.reduce((command, [from, to]) => command.replace(from, to), run);
  return changed.replace(/ ssmtp root < message$/, ` ssmtp ${words}`);
}

const away = [':587', ':1'] as const;
const noVolume = ['--volume mail:/var/spool/ssmtp', '--read-only-tmpfs=false --cap-drop all'] as const;

describe('packaging/container', { skip: missing }, () => {
  test('packaging/container makes an image that sends, keeps, and delivers what it kept', async () => {
    const { status, output } = await onMachine({
      ownNetwork: true,
      script: `${stage}${commands.join('\n').replace('< message', '</tmp/letter')}
exec >&4 2>&1
echo '--- the hub is away'
${running('one@example.org </tmp/letter', away)}
${running('queue list').replace('--interactive ', '')} | grep -c one@example.org
${running('queue release ALL')}
echo '--- the queue is run by process 1, which stops when it is told to'
${running('-q5m', ['--rm --interactive', '--detach --name runner'])} >/dev/null
until ${running('queue list').replace('--interactive ', '')} | grep 'is empty'; do sleep 0.1; done
podman stop --time 30 runner >/dev/null
podman inspect --format '{{.State.ExitCode}}' runner
echo '--- no place can be written'
(cat /tmp/letter; seq 400000) >/tmp/large
${running('two@example.org </tmp/letter', noVolume)}
${running('two@example.org </tmp/large', noVolume)}
${running('two@example.org </tmp/letter', noVolume, away)} || echo $?
hub_ends`,
    });
    assert.equal(status, 0, output);
    const [, waiting = '', delivered = '', nowhere = ''] = output.split('=== received')[0]?.split(/^--- .*\n/m) ?? [];
    assert.equal(waiting, '1\n');
    assert.equal(delivered, 'Mail queue is empty\n0\n');
    assert.match(nowhere, /^ssmtp: Cannot reach mail hub .*: read-only file system\nssmtp: .*\n73\n$/);
    assert.deepEqual(receivedOf(output), [
      'relay admin@example.org letter',
      'relay one@example.org letter',
      'relay two@example.org letter',
      'relay two@example.org letter',
    ]);
  });
});
