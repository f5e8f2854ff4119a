/**
 * The benchmark's own machine: mount, network and process namespaces, with /etc in memory, the programs to be measured laid over /usr,
 * a /dev without the machine's log, and a spool of its own on the disk. The machine itself sees nothing of it.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const room = join(root, 'build/bench');
const packages = join(room, 'packages');
const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Why nothing can be measured; `false` when something can. */
export const missingForBench: string | false = reasonToSkip();

/** Runs `words` there, as root, with `home` (a directory in memory) in its environment; gives the exit status. */
export async function runInPlace(words: readonly string[]): Promise<number> {
  mkdirSync(packages, { recursive: true });
  const run = mkdtempSync(join(room, 'run-'));
  for (const name of ['spool', 'memory']) mkdirSync(join(run, name));
  const laid = readdirSync(packages)
    .map((name) => join(packages, name, 'usr'))
    .filter((path) => existsSync(path));
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'bash', '--norc', '-c', setUp, 'bash', ...words],
    {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', run, lower: [...laid, '/usr'].join(':') },
      stdio: 'inherit',
    },
  );
  const [status] = (await once(child, 'close')) as [number | null]; // as the manual of 'close' says
  rmSync(run, { recursive: true, force: true });
  return status ?? 1;
}

/** Of an unpacked Debian package. */
export function versionOf(name: string): string | undefined {
  const found = spawnSync('cat', [join(packages, name, 'version')], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

const setUp = `set -e
mount -t tmpfs -o mode=755 none "$run/memory"
cd "$run/memory"
mkdir home etc dev dev/net dev/shm
cp -a /etc/. etc
rm -rf etc/dma etc/nullmailer etc/ssmtp etc/msmtprc etc/mailname etc/aliases
mkdir etc/dma etc/nullmailer
printf '127.0.0.1 localhost client.bench.test %s\\n' "$(hostname)" >etc/hosts
printf 'passwd: files\\ngroup: files\\nhosts: files\\n' >etc/nsswitch.conf
: >etc/resolv.conf
: >etc/aliases
mount --bind etc /etc
for node in null zero full random urandom net/tun; do : >dev/$node; mount --bind /dev/$node dev/$node; done
ln -s /proc/self/fd dev/fd
mount --rbind dev /dev
mkdir nothing # an overlay has at least two layers
# By the newer system call an option has 256 characters at most.
LIBMOUNT_FORCE_MOUNT2=always mount -t overlay -o ro,lowerdir="$PWD/nothing:$lower" overlay /usr
cd "$run/spool"
mkdir -p dma nullmailer/queue nullmailer/tmp nullmailer/failed
chown root:mail dma && chmod 2775 dma
mkfifo nullmailer/trigger
chown -R mail:mail nullmailer
mount --bind . /var/spool
ip link set lo up
home="$run/memory/home"
cd "$home"
unset run lower
export home HOME="$home"
exec "$@"
`;

function reasonToSkip(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'SKIPPED: the benchmark makes namespaces, which needs root on Linux';
  if (spawnSync('unshare', [...namespaces, 'true']).status !== 0)
    return 'SKIPPED: the benchmark runs in namespaces of its own, which this machine does not allow';
  const absent = ['ip', 'setpriv', 'openssl', 'mkfifo', '/usr/bin/time', '/usr/bin/python3'].filter(
    (command) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command]).status !== 0,
  );
  if (absent.length > 0) return `SKIPPED: not installed: ${absent.join(', ')} (see scripts/debian-packages.txt)`;
  if (!existsSync('/dev/net/tun')) return 'SKIPPED: the benchmark puts its hub at a distance with /dev/net/tun';
  if (!existsSync(join(root, 'dist/ssmtp'))) return 'SKIPPED: dist/ssmtp is not built (npm run build)';
  return false;
}
