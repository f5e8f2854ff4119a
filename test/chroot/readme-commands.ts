/**
 * How each command of README.md is run, in its order. Most are run one after another by readme.ts, on a clean machine whose only way
 * out is a hub that is called smtp.example.org. test/house/readme.test.ts fails for a command without a row.
 */

export interface Row {
  /** As README.md writes it; what goes on over lines, in one. */
  readonly command: string;
  /** What runs it in place of readme.ts: a file, and the words there that do. */
  readonly elsewhere?: readonly [file: string, words: string];
  /** What is run in its place: the same with somebody who answers, or with words filled in. */
  readonly as?: string;
  /** Lines of bash that set the stage, and that look at what has been done. */
  readonly before?: string;
  readonly after?: string;
}

const configuration = 'cat /etc/ssmtp/ssmtp.conf';

/** Takes all of podman's from here. */
const container = ['test/chroot/container.ts', "startsWith('podman')"] as const;

export const rows: readonly Row[] = [
  { command: 'scripts/quickstart', elsewhere: ['test/quickstart/quickstart.test.ts', 'scripts/quickstart'] },
  { command: 'scripts/test', elsewhere: ['.ci/run', 'scripts/test'] },
  { command: 'npm run bench', elsewhere: ['test/bench/bench.test.ts', 'npm run bench measures messages'] },
  {
    command: 'sudo scripts/install',
    as: `terminal 'sudo scripts/install'
answer 'Mail hub' smtp.example.org:587
answer 'Encryption' ''
answer 'User name' relay@example.org
answer 'root' admin@example.org
answer 'this machine' ''
answer 'Domain' example.org
answer 'Password' 'correct horse#battery'
terminal_ends`,
    after: `${configuration} | grep -x UseSTARTTLS=YES
cp /etc/ssmtp/ssmtp.conf /tmp/asked
scripts/uninstall`,
  },
  {
    command:
      'sudo scripts/install mailhub=smtp.example.org:587 UseSTARTTLS=YES AuthUser=relay@example.org root=admin@example.org --password-file /root/relay-password',
    after: `${configuration} | grep -x 'AuthPass=correct horse#battery'
echo hello | sendmail root`,
  },
  { command: 'sudo scripts/uninstall', after: '! [ -e /usr/sbin/sendmail ] && listing | diff /tmp/former -' },
  {
    command: '/usr/local/share/ssmtp/uninstall',
    before: 'scripts/install --answers /tmp/asked',
    after: 'listing | diff /tmp/former -',
  },
  {
    command: 'npm ci && npm run build && npm run package:deb',
    elsewhere: ['test/chroot/readme.ts', 'npm ci && npm run build && npm run package:deb'],
  },
  {
    command: 'sudo apt-get install ./dist/ssmtp_*.deb',
    after: 'cat /shared/ssmtp.conf >/etc/ssmtp/ssmtp.conf',
  },
  { command: 'npm run package:npm', elsewhere: ['test/build/npm-package.test.ts', 'scripts/package-npm'] },
  {
    command: 'sudo npm install --global ./dist/ssmtp-*.tgz',
    elsewhere: ['test/build/npm-package.test.ts', "'install', '--global'"],
  },
  { command: 'ssmtp --check' },
  { command: 'ssmtp --probe' },
  { command: "printf 'Subject: hello\\n\\nIt works.\\n' | ssmtp -v root" },
  {
    command: 'systemd-analyze security ssmtp-queue.service',
    elsewhere: ['test/install/units.test.ts', 'ssmtp-queue.service'],
  },
  {
    command: 'ssmtp -q5m',
    before: "printf 'Subject: waits\\n\\nhello\\n' | sendmail -odq later@example.org",
    as: 'ssmtp -q5m & loop=$!',
    after: `until mailq | grep 'is empty'; do sleep 0.1; done
kill $loop
wait $loop || [ $? = 143 ]`,
  },
  {
    command: 'ssmtp --explain -t < message',
    before: "cd /tmp/letters\nprintf 'To: root, you\\nSubject: letter\\n\\nhello\\n' >message",
  },
  { command: 'ssmtp -n -t < message', after: 'ssmtp --dry-run -t <message' },
  { command: 'sendmail -bv address…', as: 'sendmail -bv root you' },
  { command: 'newaliases', before: "echo 'you: me' >/etc/aliases" },
  {
    command: 'ssmtp dead-letter list',
    before: `printf 'mailhub=127.0.0.1:1\\nQueue=NO\\nhostname=example.org\\n' >/tmp/down.conf
printf 'To: you\\nSubject: dead\\n\\nhello\\n' | sendmail -C /tmp/down.conf -t || [ $? = 69 ]`,
  },
  {
    command: 'ssmtp dead-letter resend',
    after: '! [ -e ~/dead.letter ]',
  },
  {
    command: 'ssmtp dead-letter resend saved-letters',
    before: `printf 'To: you\\nSubject: dead\\n\\nhello\\n' | sendmail -C /tmp/down.conf -t || [ $? = 69 ]
mv ~/dead.letter saved-letters`,
    after: '! [ -e saved-letters ]',
  },
  { command: 'mailq', before: 'for at in one two; do sendmail -odq $at@example.org <message; done' },
  { command: 'mailq --json' },
  { command: 'ssmtp queue list' },
  { command: 'ssmtp queue run' },
  { command: 'ssmtp queue flush', before: 'sendmail -odq one@example.org <message' },
  { command: 'ssmtp queue show ID …', before: waiting(), as: 'ssmtp queue show $waiting' },
  {
    command: 'ssmtp queue hold ID …',
    as: 'ssmtp queue hold $waiting',
    after: "ssmtp queue flush\n! mailq | grep 'is empty'",
  },
  {
    command: 'ssmtp queue release ID …',
    as: 'ssmtp queue release $waiting',
    after: "mailq -q\nmailq | grep 'is empty'",
  },
  {
    command: 'ssmtp queue delete ID …',
    before: waiting(),
    as: 'ssmtp queue delete $waiting',
    after: "mailq | grep 'is empty'",
  },
  { command: 'ssmtp -bs', as: "printf 'QUIT\\r\\n' | ssmtp -bs" },
  {
    command:
      'SSMTP_MAILHUB=smtp.example.org:587 SSMTP_USESTARTTLS=yes SSMTP_AUTHUSER=relay SSMTP_AUTHPASS_FILE=/run/secrets/relay ssmtp root < message',
    before: `mkdir /run/secrets
cp /root/relay-password /run/secrets/relay
rm /etc/ssmtp/ssmtp.conf`,
  },
  {
    command: 'npm run build',
    elsewhere: ['test/chroot/readme.ts', 'npm ci && npm run build && npm run package:deb'],
  },
  { command: 'podman build --tag ssmtp --file packaging/container/Containerfile .', elsewhere: container },
  { command: 'podman secret create relay /root/relay-password', elsewhere: container },
  {
    command:
      'podman run --rm --interactive --read-only --secret relay --volume mail:/var/spool/ssmtp --env SSMTP_MAILHUB=smtp.example.org:587 --env SSMTP_USESTARTTLS=yes --env SSMTP_AUTHUSER=relay --env SSMTP_AUTHPASS_FILE=/run/secrets/relay --env SSMTP_REWRITEDOMAIN=example.org --env SSMTP_ROOT=admin@example.org ssmtp root < message',
    elsewhere: container,
  },
];

function waiting(): string {
  return `printf 'Subject: waits\\n\\nhello\\n' | sendmail -odq one@example.org
waiting=$(mailq --json | sed -n 's/.*"queue_id":"\\([^"]*\\)".*/\\1/p')`;
}
