/** What tells whether a machine is as it was: functions of bash for scripts on a machine of their own. */

/** The copies that useradd and dpkg keep of what they have changed, their locks, and places of the rig. */
const passedOver = [
  ...['passwd', 'group', 'shadow', 'gshadow'].flatMap((name) => [`/etc/${name}-`, `/etc/.${name}.lock`]),
  ...['/etc/.pwd.lock', '/var/lib/dpkg/diversions-old', '/var/lib/dpkg/status-old', '/var/lib/dpkg/lock'],
  ...['/ssmtp', '/shared', '/upper', '/lower'],
];

/** `changes` prints how the machine differs from the one below: what is new, is gone, or has other content, rights or owners. */
export const changes = `changes() {
  (cd /upper && find . -mindepth 1 -printf '%y /%P\\n') | while read -r kind path; do
    case $path in ${passedOver.join('|')}) continue ;; esac
    if [ $kind = c ]; then echo "gone: $path"
    elif [ ! -e "/lower$path" ] && [ ! -L "/lower$path" ]; then echo "new: $path"
    elif [ "$(stat -c '%F %a %U:%G' "/lower$path")" != "$(stat -c '%F %a %U:%G' "$path")" ]; then echo "other rights: $path"
    elif [ $kind = f ] && ! cmp -s "/lower$path" "$path"; then echo "other content: $path"
    elif [ $kind = l ] && [ "$(readlink "/lower$path")" != "$(readlink "$path")" ]; then echo "other link: $path"
    fi
  done | sort
}
`;

/** What apt and dpkg write down about their own work. */
const records = [
  ...['/var/log/*', '/var/cache/*', '/var/lib/apt/*', '/var/lib/dpkg/lock*', '/var/lib/dpkg/triggers/Lock'],
  ...['/var/lib/dpkg/diversions', '/var/lib/dpkg/status', '/packages/*'],
];

const pruned = [...passedOver, ...records, '/proc', '/sys', '/dev', '/run', '/tmp']
  .map((path) => `-path '${path}'`)
  .join(' -o ');

/** `listing` prints every file of a small machine, with its kind, rights, owner, and the hash of its content. */
export const listing = `everything() { find / -xdev \\( ${pruned} \\) -prune -o "$@"; }
listing() {
  everything -printf '%p %y %m %U:%G %l\\n' | sort
  everything -type f -exec sha256sum {} + | sort -k 2
  dpkg-query --show --showformat '\${binary:Package} \${Version} \${db:Status-Abbrev}\\n'
  dpkg-divert --list
}
`;
