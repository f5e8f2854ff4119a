/**
 * Runs scripts as root on a machine of their own: a directory (this machine's root, or that of a clean one) with a layer in memory
 * above it, into which every change goes, in namespaces of its own. The loopback interface is shared, so that a private Postfix
 * can be the hub, unless the machine asks for a network of its own. On request systemd boots it first. The machine itself sees nothing of it.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryDirectory } from '../rig/temporary.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Machine {
  /** The directory below: `/` unless said otherwise. */
  readonly lower?: string;
  /** Lines of bash, to be run in the project's folder, /ssmtp, which cannot be written. */
  readonly script: string;
  /** Files to find in /shared, which is also the only place whose content outlives the run. */
  readonly files?: Readonly<Record<string, string>>;
  readonly boots?: true;
  /** Nothing but a loopback interface where every port is free. */
  readonly ownNetwork?: true;
  /** What must have happened before the script's line `arrival` ends. */
  readonly until?: () => Promise<unknown>;
}

export interface Outcome {
  readonly status: number | null;
  /** What the script printed on either stream. */
  readonly output: string;
}

/** Longer than any test may take, so that a script that waits in vain keeps nobody waiting for ever. */
const deadlineMs = 300_000;

const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--uts', '--ipc'];

/** Why there can be no such machine; `false` when there can. */
export const missingForMachine: string | false = reasonToSkip();

export async function onMachine({
  lower = '/',
  script,
  files = {},
  boots,
  ownNetwork,
  until,
}: Machine): Promise<Outcome> {
  await using directory = await temporaryDirectory('machine');
  const shared = join(directory.path, 'shared');
  for (const name of ['memory', 'shared']) await mkdir(join(directory.path, name));
  for (const [name, content] of Object.entries(files)) await writeFile(join(shared, name), content);
  await writeFile(join(shared, 'script'), `${preamble}${script}`);
  const steps = (ownNetwork ? 'ip link set lo up\n' : '') + setUp + (boots ? boot : run);
  const child = spawn('bash', ['-c', boots ? inOwnCgroup : start, 'bash', steps], {
    env: {
      ...{ PATH: path, HOME: '/root', LC_ALL: 'C.UTF-8', TERM: 'xterm' },
      ...{ network: ownNetwork ? '--net' : '', room: directory.path, lower, project: root },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // All in the namespaces ends with it.
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  const happened = settled(until).finally(() => writeFile(join(shared, 'happened'), ''));
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>, // as the manual of 'close' says
    text(child.stdout),
    text(child.stderr),
  ]);
  const printed = boots ? await readFile(join(shared, 'printed'), 'utf8').catch(() => '') : '';
  const output = stdout + stderr + printed;
  const complaint = await happened;
  if (complaint) throw new Error(`${complaint.message}; the script printed:\n${output}`, { cause: complaint });
  return { status, output };
}

/** Gives what was thrown. */
async function settled(until?: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await until?.();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return undefined;
}

const preamble = `set -e
cd /ssmtp
arrival() { until [ -e /shared/happened ]; do sleep 0.1; done; }
`;

const path = pathWith('npm');

/** Debian 12 has no Node that is new enough: that of its users is often elsewhere, and npm beside it. */
function pathWith(name: string): string {
  const usual = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  const places = [...usual, ...(process.env.PATH ?? '').split(':')];
  const found = places.find((place) => place.startsWith('/') && existsSync(join(place, name)));
  return (found === undefined || usual.includes(found) ? usual : [...usual, found]).join(':');
}

const start = `exec unshare $network ${namespaces.join(' ')} bash -c "$1"`;

/**
 * systemd wants to rule over its own branch of the second hierarchy, which is the kernel's also where this machine has mounted it
 * nowhere.
 */
const inOwnCgroup = `exec unshare --mount bash -c ${quoted(`set -e
mkdir "$room/cgroup"
mount -t cgroup2 none "$room/cgroup"
branch=$room/cgroup/ssmtp-$$
mkdir "$branch"
bash -c 'echo $$ >"$0/cgroup.procs"; exec setpriv --pdeathsig KILL unshare --cgroup $network ${namespaces.join(' ')} bash -c "$1"' "$branch" "$1" || status=$?
find "$branch" -depth -type d -exec rmdir {} +
exit "\${status-0}"
`)} bash "$1"
`;

/** As one word of the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const setUp = `set -e
mount -t tmpfs -o mode=755 none "$room/memory"
cd "$room/memory"
mkdir upper work machine
mount -t overlay -o "lowerdir=$lower,upperdir=$PWD/upper,workdir=$PWD/work" overlay machine
cd machine
rm -rf etc/ssmtp var/spool/ssmtp # of an ssmtp that this machine has
mkdir ssmtp shared lower upper
if [ -z "$(find "$project" -maxdepth 0 -perm -005)" ]; then
  # A clone that is closed to others: every user may look into this one.
  mount -t tmpfs -o mode=755 none ssmtp
  for entry in $(ls -A "$project"); do
    case $entry in node_modules | build | dist | .git) ;; *) cp -a "$project/$entry" ssmtp ;; esac
  done
  chmod -R go+rX ssmtp
  for entry in node_modules build dist; do
    [ ! -d "$project/$entry" ] || { mkdir ssmtp/$entry; mount --bind "$project/$entry" ssmtp/$entry; }
  done
  mount -o remount,ro ssmtp
else
  mount --bind "$project" ssmtp
  mount -o remount,bind,ro ssmtp
fi
mount --bind "$room/shared" shared
mount --bind "$lower" lower
mount --bind ../upper upper
mount -t proc none proc
mount -t tmpfs none run
mount -t tmpfs -o mode=1777 none tmp
mount -t tmpfs -o mode=755 none dev
for node in null zero full random urandom tty; do touch dev/$node; mount --bind /dev/$node dev/$node; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 none dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
unset network room lower project
`;

const run = `chroot . bash /shared/script </dev/null 2>&1
`;

/** What the machine below starts by itself stays away. */
const boot = `mount -t sysfs -o ro none sys
mount -t cgroup2 none sys/fs/cgroup
rm -rf etc/systemd/system/*.wants
cat >etc/systemd/system/script.service <<'END'
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
Environment=PATH=${path} HOME=/root LC_ALL=C.UTF-8
ExecStart=/bin/bash /shared/script
StandardOutput=file:/shared/printed
StandardError=inherit
END
exec chroot . env -i container=namespaces /lib/systemd/systemd --unit=script.service >/dev/null 2>&1
`;

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0) return 'SKIPPED: a machine of its own needs root';
  if (!existsSync(join(root, 'dist/ssmtp'))) return 'SKIPPED: there is no dist/ssmtp to install (npm run build)';
  const mounts =
    'mount -t tmpfs none /mnt && cd /mnt && mkdir u w c && mount -t cgroup2 none c && mount -t overlay -o lowerdir=/,upperdir=u,workdir=w none c';
  const { status } = spawnSync('unshare', [...namespaces, 'bash', '-c', mounts]);
  return status === 0
    ? false
    : 'SKIPPED: this machine allows no namespaces with control groups and overlay file systems';
}
