/** A user who may not read the configuration: the mail goes through the queue, and whatever is wrong is told as what it is. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { missingForMachine } from './machine.ts';
import { install, nobody, outputOf } from './pieces.ts';

const user = `${nobody} env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/user`;
const send = `printf 'To: you@example.net\\nSubject: hi\\n\\nhello\\n' | ${user}`;
const queue = '/var/spool/ssmtp';

/** What each line of the script prints, behind a line with its name. */
const scenes: Readonly<Record<string, string>> = {
  verbose: `${send} sendmail -v -t`,
  ownLogin: `${send} sendmail -v -au x -ap y -t`,
  ownMechanism: `${send} sendmail -am LOGIN -t`,
  ownHub: `${send} SSMTP_MAILHUB=127.0.0.1:9 sendmail -t`,
  ownPasswordFile: `${send} SSMTP_ROOT=a@b.example SSMTP_AUTHPASS_FILE=/x sendmail -t`,
  ownHubResend: `${user} SSMTP_MAILHUB=127.0.0.1:9 ssmtp dead-letter resend`,
  ownHubSubmission: `printf 'EHLO x\\r\\nMAIL FROM:<a@x.example>\\r\\nQUIT\\r\\n' | ${user} SSMTP_MAILHUB=127.0.0.1:9 sendmail -bs`,
  ownHubCheck: `${user} SSMTP_MAILHUB=127.0.0.1:9 ssmtp --check`,
  ownHubExplain: `${send} SSMTP_MAILHUB=127.0.0.1:9 ssmtp --explain -t`,
  ownWayQueue: `ls ${queue} | wc -l; rm /home/user/dead.letter; rm -f ${queue}/*`,
  emptyAndBeside: `${send} SSMTP_MAILHUB= SSMTP_DEBUG=YES sendmail -v -t`,
  explain: `${send} ssmtp --explain -t bob`,
  json: `${send} ssmtp --explain --json -t`,
  dryRun: `${send} ssmtp -n -t`,
  verify: `${user} sendmail -bv root`,
  probe: `${user} ssmtp --probe`,
  foreign: `${send} sendmail -C /etc/ssmtp/ssmtp.conf -t`,
  submission: `printf 'EHLO x\\r\\nMAIL FROM:<a@x.example>\\r\\nRCPT TO:<b@y.example>\\r\\nDATA\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' | ${user} sendmail -bs`,
  fileSize: `${send} bash -c 'ulimit -f 0; exec sendmail -t'`,
  blocks: `mount -t tmpfs -o size=16k,mode=3733,uid=$uid none ${queue}; head -c 100000 /dev/zero >${queue}/fill 2>/dev/null || true; ${send} sendmail -t`,
  blocksBehindLargeBody: `rm ${queue}/fill; (printf 'To: you@example.net\\n\\n'; yes | head -c 60000) | ${user} sendmail -t`,
  blocksExplain: `${send} ssmtp --explain -t`,
  submissionFull: `head -c 100000 /dev/zero >${queue}/fill 2>/dev/null || true; printf 'EHLO x\\r\\nMAIL FROM:<a@x.example>\\r\\nRCPT TO:<b@y.example>\\r\\nDATA\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' | ${user} sendmail -bs`,
  fullExplain: `${send} ssmtp --explain -t`,
  fullProbe: `${user} ssmtp --probe`,
  fullCheck: `${user} ssmtp --check`,
  fullRootCheck: 'ssmtp --check',
  letters: `umount ${queue}; mount -t tmpfs -o nr_inodes=1,mode=3733,uid=$uid none ${queue}; ${send} sendmail -t`,
  lettersExplain: `${send} ssmtp --explain -t`,
  lettersCheck: `${user} ssmtp --check`,
  lettersRootCheck: 'ssmtp --check',
  readOnly: `umount ${queue}; mount -t tmpfs -o ro,mode=3733,uid=$uid none ${queue}; ${send} sendmail -t`,
  readOnlyProbe: `${user} ssmtp --probe`,
  readOnlyCheck: `${user} ssmtp --check`,
  mode: `umount ${queue}; chmod 700 ${queue}; ${send} sendmail -t`,
  modeCheck: `${user} ssmtp --check`,
  modeExplain: `${send} ssmtp --explain -t`,
  modeDryRun: `${send} ssmtp -n -t`,
  parent: `chmod 3733 ${queue}; chmod 700 /var/spool; ${send} sendmail -t`,
  open: `chmod 755 /var/spool; chmod 1777 ${queue}; chmod -t ${queue}; ${send} sendmail -t`,
  resend: `chmod 3733 ${queue}; ${user} ssmtp dead-letter resend`,
  resent: `ls /home/user; ls ${queue} | wc -l`,
  missing: `mv ${queue} ${queue}-away; ${send} sendmail -t`,
  missingProbe: `${user} ssmtp --probe`,
  missingCheck: `${user} ssmtp --check --json | tr , '\\n' | grep -A1 message`,
  rootCheck: 'ssmtp --check --json',
  plainFile: `touch ${queue}; ${send} sendmail -t`,
  plainFileExplain: `${send} ssmtp --explain -t`,
  plainFileCheck: `${user} ssmtp --check`,
  plainFileList: `${user} sendmail -bp`,
  closedRun: `rm ${queue}; mv ${queue}-away ${queue}; ${user} sendmail -q`,
  closedAliases: `${user} sendmail -bi`,
  openRun: `chmod o+r /etc/ssmtp/ssmtp.conf; chmod 700 ${queue}; ${user} sendmail -q`,
  openFlush: `${user} ssmtp queue flush`,
  closedSecret: `chmod 3733 ${queue}; printf 'AuthUser=x\\nAuthPassFile=/etc/ssmtp/password\\nAuthInsecure=YES\\n' >>/etc/ssmtp/ssmtp.conf; echo secret >/etc/ssmtp/password; chmod 640 /etc/ssmtp/password; ${send} sendmail -v -t`,
  openParentCheck: `chmod 700 /var/spool; ${user} ssmtp --check`,
};

describe('a user who may not read the configuration', { skip: missingForMachine }, () => {
  const said = new Map<string, { text: string; status: number }>();

  before(async () => {
    const lines = Object.entries(scenes).map(
      ([name, line]) => `echo '== ${name}'; { ${line}; } 2>&1 && echo '-- 0' || echo "-- $?"`,
    );
    const output = await outputOf({
      ownNetwork: true,
      script: `${install} >/dev/null
mount -t tmpfs -o mode=1777 none /var/tmp
mkdir -p /home/user
chown 65534:65534 /home/user
stat -c '%a %U:%G' /etc/ssmtp/ssmtp.conf | grep -x '640 root:ssmtp'
uid=$(id -u ssmtp)
rm -f ${queue}/*
set +e
${lines.join('\n')}
`,
    });
    for (const scene of output.split(/^== /m).slice(1)) {
      const [, name = '', text = '', status = ''] = /^(\w+)\n([\s\S]*?)^-- (\d+)\n/m.exec(scene) ?? [];
      said.set(name, { text, status: Number(status) });
    }
  });

  const expect = (name: string, status: number, text: RegExp) => {
    assert.match(said.get(name)?.text ?? 'nothing', text, name);
    assert.equal(said.get(name)?.status, status, said.get(name)?.text);
  };

  test('learns with -v who sends the message', () =>
    expect('verbose', 0, /^sendmail: the message is left in the queue for user ssmtp, see the log\n$/));

  test('is never sent another way than its flags and variables say', () => {
    const refused = (own: string) =>
      new RegExp(
        `Cannot read /etc/ssmtp/ssmtp\\.conf: permission denied.*\\n.*The queue does not use ${own}: send without, or name a file`,
      );
    expect('ownLogin', 78, refused('-au, -ap'));
    expect('ownMechanism', 78, refused('-am'));
    expect('ownHub', 78, refused('SSMTP_MAILHUB'));
    expect('ownPasswordFile', 78, refused('SSMTP_ROOT, SSMTP_AUTHPASS_FILE'));
    expect('ownHubResend', 78, refused('SSMTP_MAILHUB'));
    expect('ownHubSubmission', 0, /^451.*Cannot read/m);
    expect('ownHubCheck', 2, /The queue does not use SSMTP_MAILHUB/);
    expect('ownHubExplain', 78, refused('SSMTP_MAILHUB'));
    // The message of the first test.
    expect('ownWayQueue', 0, /^1\n$/);
    expect('emptyAndBeside', 0, /^sendmail: the message is left in the queue for user ssmtp, see the log\n$/);
  });

  test('learns from --explain, --dry-run, -bv and --probe what becomes of the mail', () => {
    const left = 'the message is left in /var/spool/ssmtp for user ssmtp, who sends it';
    expect(
      'explain',
      0,
      new RegExp(
        `^mail hub: the configuration is closed to this user\\nqueue: ${left}\\nsender: nobody \\(user name\\)\\n` +
          'bob -> left to user ssmtp\\nyou@example\\.net -> left to user ssmtp\\n$',
      ),
    );
    expect('json', 0, /^\{"mailhub":null,"queue":\{"directory":"\/var\/spool\/ssmtp","user":"ssmtp"\},"sender":/);
    expect(
      'dryRun',
      0,
      new RegExp(
        `^queue: ${left}\\nsender: <nobody>\\nrecipient: <you@example\\.net>\\n\\nTo: you@example\\.net\\nSubject: hi\\n\\nhello\\n$`,
      ),
    );
    expect('verify', 0, /^root -> left to user ssmtp\n$/);
    expect('probe', 1, /the message is left in \/var\/spool\/ssmtp for[\s\S]*Mail of this user goes through the queue/);
    expect('submission', 0, /^250 2\.0\.0 Ok: queued as /m);
  });

  for (const [name, why, hint] of [
    ['fileSize', 'file too large', 'ulimit -f'],
    ['blocks', 'no space left on device', 'Make room on the queue.s disk'],
    ['blocksBehindLargeBody', 'no space left on device', 'Make room on the queue.s disk'],
    ['letters', 'no space left on device', 'df -i'],
    ['readOnly', 'read-only file system', 'ReadWritePaths='],
    ['mode', 'permission denied', 'mode 3733'],
    ['parent', 'permission denied', 'mode 3733'],
    ['open', 'others may remove files there; its mode must be 3733, or 700', 'mode 3733'],
  ] as const)
    test(`is told of a queue that takes no message: ${name}`, () =>
      expect(
        name,
        73,
        new RegExp(`^sendmail: Cannot queue the message: /var/spool/ssmtp: ${why}; .*\\nsendmail: .*${hint}.*\\n$`),
      ));

  test('is told the same by what looks only, and by -bs', () => {
    expect('modeExplain', 73, /^ssmtp: Cannot queue the message: \/var\/spool\/ssmtp: permission denied\n/);
    expect('modeDryRun', 73, /^ssmtp: Cannot queue the message: /);
    expect('readOnlyProbe', 2, /Cannot queue the message[\s\S]*read-only file[\s\S]*system/);
    expect('submissionFull', 0, /^45\d.*(Cannot queue the message|no space left on device)/m);
  });

  test('is told by --check, --probe and --explain what sending would say of the queue', () => {
    const notLeft = /^ {2}FAIL {2}queue [\s\S]*\nMail of this user would not leave\n$/m;
    for (const name of ['fullCheck', 'lettersCheck', 'readOnlyCheck', 'modeCheck', 'plainFileCheck'])
      expect(name, 2, notLeft);
    const full = /^ssmtp: Cannot queue the message: \/var\/spool\/ssmtp: no space left on device\n.*Make room/;
    expect('fullExplain', 73, full);
    expect('lettersExplain', 73, full);
    expect('fullProbe', 2, /no space left/);
    for (const name of ['fullRootCheck', 'lettersRootCheck'])
      expect(
        name,
        said.get(name)?.status ?? -1,
        /^ {2}warn {2}queue +takes no message: \/var\/spool\/ssmtp: no space left/m,
      );
    expect('plainFile', 73, /\/var\/spool\/ssmtp: it is not a directory; /);
    expect('plainFileExplain', 73, /\/var\/spool\/ssmtp: it is not a directory\n/);
    expect('plainFileList', 74, /Cannot read the queue \/var\/spool\/ssmtp: it is not a directory\n/);
  });

  test('learns with -v who sends what wants a password that is closed', () =>
    expect('closedSecret', 0, /^sendmail: the message is left in the queue for user ssmtp, see the log\n$/));

  test('is told who runs the queue, and never of a defect', () => {
    const who = /permission denied\n.*Do this as root, or as user ssmtp, who runs the queue\n$/;
    expect('closedRun', 78, who);
    expect('closedAliases', 78, who);
    const denied = /Cannot read the queue \/var\/spool\/ssmtp: permission denied\n.*Its owner and root may\n$/;
    expect('openRun', 77, denied);
    expect('openFlush', 77, denied);
    expect('openParentCheck', 2, /^ {2}warn {2}queue +takes no message: \/var\/spool\/ssmtp: permission\s+denied/m);
    for (const [name, { text }] of said) assert.doesNotMatch(text, /defect/, name);
  });

  test('finds the messages that no queue took in dead.letter, and sends them through the queue later', () => {
    expect('resend', 0, /^$/);
    assert.doesNotMatch(said.get('resent')?.text ?? '', /dead\.letter/);
  });

  test('is never told to open the file, and gets another hint without a queue', () => {
    expect('missing', 78, /Cannot read \/etc\/ssmtp\/ssmtp\.conf: permission denied; .*\n.*send through the queue/);
    expect('missingProbe', 2, /send through the queue/);
    expect('foreign', 78, /permission denied; .*\n.*leave -C away to send through the queue\n/);
    expect('rootCheck', said.get('rootCheck')?.status ?? -1, /none, which users need who may not read/);
    for (const [name, { text }] of said)
      assert.doesNotMatch(text, /must be able to read|readable|chmod|o\+r|644|755/, name);
  });
});
