import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readConfig } from '../../src/config/reader.ts';
import { ssmtpDifferences } from '../../src/config/ssmtp-differences.ts';
import { ssmtpReadingOf } from '../../src/config/ssmtp-reading.ts';
import { realFiles } from './real-files.ts';

// Read off the source of Debian's 2.64-11: firsttok and read_config.
const readings: readonly [string, boolean, string | undefined][] = [
  ['mailhub=mail', true, 'mailhub=mail'],
  ['mailhub=mail', false, undefined],
  ['mailhub = mail', true, 'mailhub='],
  ['mailhub= mail', true, 'mailhub='],
  [' mailhub=mail', true, '=mailhub'],
  ['mailhub=mail\r', true, 'mailhub=mail\r'],
  ['mailhub=mail # old', true, 'mailhub=mail'],
  ['AuthPass=pa#ss', true, undefined],
  ['AuthPass=pa=ss', true, 'AuthPass=pa'],
  ['AuthPass=two words', true, 'AuthPass=two'],
  ['AuthPass=two words', false, 'AuthPass=two'],
  ['root=', true, 'root='],
  ['# root=x', true, undefined],
];

for (const [raw, hasLineFeed, expected] of readings) {
  test(`ssmtpReadingOf() takes ${JSON.stringify(raw)}${hasLineFeed ? '' : ' at the end'} as sSMTP did`, () => {
    const reading = ssmtpReadingOf(raw, hasLineFeed);
    assert.equal(reading && `${reading.key}=${reading.value}`, expected);
  });
}

const differences: readonly [string, string[]][] = [
  ['mailhub=mail # comment\n', []],
  ['UseTLS=YES please\nmailhub=a:465\n', []],
  ['AuthPass=pa#ss\n', ['f:1: sSMTP lost AuthPass: it took "#" in the value for a comment']],
  ['AuthPass=pa=ss\n', ['f:1: sSMTP cut the value of AuthPass at "="']],
  ['AuthPass=two words\n', ['f:1: sSMTP cut the value of AuthPass at the blank']],
  ['AuthPass=a;b\n', []],
  ['AuthPass = x\n', ['f:1: sSMTP took AuthPass for empty: blanks stand around "="']],
  ['  root=x\n', ['f:1: sSMTP lost root: the line is indented']],
  ['root=x', ['f:1: sSMTP lost root: the last line does not end in a line feed']],
  ['root=x\r\n', ['f:1: sSMTP took the carriage return at the end of the line into root']],
  ['\xef\xbb\xbfroot=x\n', ['f:1: sSMTP did not know root here: a byte order mark stands before it']],
  [`AuthPass=${'x'.repeat(3000)}\n`, ['f:1: sSMTP lost AuthPass: its line is longer than 2047 bytes']],
  ['root=a\nroot=b\n', []],
  ['AuthUser=a\nAuthUser=b\n', ['f:2: sSMTP used the first AuthUser in the file; here the last one counts']],
  ['AuthPass=a\nAuthPass=b\n', ['f:2: sSMTP used the first AuthPass in the file; here the last one counts']],
  ['Debug=on\n', ['f:1: sSMTP took Debug for NO: it knew no other word than YES']],
  ['Debug=Yes\n', []],
  ['Debug=off\n', []],
  ['rewriteDomain=a@b\n', ['f:1: sSMTP crashed at a RewriteDomain with "@"; here the part behind it counts']],
  [
    'rewriteDomain=\n',
    ['f:1: sSMTP completed addresses to "user@" with an empty RewriteDomain; here it counts as not set'],
  ],
  ['hostname=a:587\n', ['f:1: sSMTP used hostname as it stands; here only the host name in it counts']],
  [
    'mailhub=a:587\nUseSTARTTLS=YES\nUseTLS=NO\n',
    ['f:3: sSMTP took back UseSTARTTLS=YES here and encrypted nothing; here STARTTLS stays required'],
  ],
  ['mailhub=a:587\nUseTLS=NO\nUseSTARTTLS=YES\n', []],
  [
    'UseSTARTTLS=YES\nUseSTARTTLS=NO\n',
    ['f:2: sSMTP went on with TLS from the start after this UseSTARTTLS=NO; here that needs UseTLS=YES'],
  ],
  ['mailhub=a\nUseTLS=YES\n', ['f:2: sSMTP used port 25, since none is given; here TLS from the start has port 465']],
  ['mailhub=a\nUseTLS=YES\nRemotePort=465\n', []],
  ['mailhub=a,b\n', ['f:1: sSMTP knew one hub only; here mailhub names several']],
  ['mailhub=a:25,b:25\n', ['f:1: sSMTP knew one hub only; here mailhub names several']],
  ['mailhub=[::1]:25\n', ['f:1: sSMTP cut mailhub at its first ":"; here it is an IPv6 address']],
  ['AuthMethod=PLAIN\n', ['f:1: sSMTP took this AuthMethod for LOGIN']],
  ['AddHeader=X-Site: a b = c\n', []],
  ['AddHeader=X-Site: a # b\n', ['f:1: sSMTP gave up at AddHeader: a "#" follows in the line']],
  ['AddHeader= X-Site: a\n', ['f:1: sSMTP sent a broken header field: blanks stand around "="']],
];

for (const [text, expected] of differences) {
  test(`ssmtpDifferences() compares ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.deepEqual(ssmtpDifferences(text, 'f'), expected);
  });
}

test('ssmtpDifferences() finds none in files that sSMTP came with', () => {
  for (const name of ['debian', 'fedora', 'upstream', 'template', 'classic', 'arch']) {
    assert.deepEqual(ssmtpDifferences(realFiles[name] ?? '', 'f'), [], name);
  }
});

test('ssmtpDifferences() tells every password that sSMTP would have read otherwise, and shows none', () => {
  const unit = fc.constantFrom('a', 'b', ' ', '\t', '#', '=', '"', ';', '\\', ':', '\r', '\xe9');
  const password = fc.string({ unit, minLength: 1, maxLength: 8 }).map((text) => `QQ${text}`);
  const layout = fc.tuple(
    fc.constantFrom('', ' '),
    fc.constantFrom('=', ' = '),
    fc.constantFrom('\n', '\r\n', '', ' \n'),
  );
  fc.assert(
    fc.property(password, layout, (text, [start, equals, end]) => {
      const content = `${start}AuthPass${equals}${text}${end}`;
      const raw = content.endsWith('\n') ? content.slice(0, -1) : content;
      const theirs = ssmtpReadingOf(raw, content.endsWith('\n'));
      const [ours] = readConfig(content, 'f').assignments;
      const isAlike = theirs?.key === 'AuthPass' && theirs.value === ours?.octets;
      const told = ssmtpDifferences(content, 'f');
      assert.equal(told.length, isAlike ? 0 : 1);
      assert.ok(!told.join().includes('QQ'));
      assert.ok(!told.join().includes('another value'), 'every difference is explained');
    }),
    { numRuns: 3000 },
  );
});
