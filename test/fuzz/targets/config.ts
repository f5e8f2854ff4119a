/** ssmtp.conf. */

import assert from 'node:assert/strict';
import { readSettings } from '../../../src/config/settings.ts';
import { surroundingsWith } from '../../config/surroundings.ts';
import type { Target } from '../target.ts';

const file = '/etc/ssmtp/ssmtp.conf';

export const config: Target = {
  name: 'config',
  promise:
    'readSettings() throws for no file; each complaint is one line of bounded length; no complaint shows a password; what is accepted is within its limits',
  words: [
    'mailhub=',
    'root=',
    'AuthPass=',
    'TLSKeyPass=',
    'AuthUser=',
    'RewriteDomain=',
    'TLSPin=sha256//',
    'AddHeader=',
    'UseTLS=YES',
    'UseSTARTTLS=',
    'CommandTimeout=',
    'Profile=',
    '[account x]',
    'match=',
    'Queue=',
    '[::1]:587',
    ', ',
    '"',
    "'",
    '\\',
    ';',
    '#',
    ' #',
    '=',
    '\n',
    '\r\n',
    '\0',
    '\xef\xbb\xbf',
    '__proto__=',
    'constructor=',
    '99999999999',
    '-1',
    '1d',
  ],
  check(octets) {
    const text = octets.toString('latin1');
    const { settings, errors, warnings } = readSettings({ configFile: file }, surroundingsWith({ [file]: text }));
    const complaints = [...errors.map(({ message }) => message), ...warnings];
    for (const complaint of complaints) {
      assert.match(complaint, /Cannot |password/, complaint);
      assert.doesNotMatch(complaint, /[\r\n\0]/, JSON.stringify(complaint));
    }
    for (const password of passwordsIn(text))
      for (const complaint of complaints) assert.ok(!complaint.includes(password), `shows ${password}: ${complaint}`);
    assert.equal(settings === undefined, errors.length > 0);
    for (const each of settings ? [settings, ...settings.accounts.map((account) => account.settings)] : []) {
      for (const hub of [each.mailhub, ...each.otherHubs.map(({ mailhub }) => mailhub)]) {
        assert.ok(hub.port >= 1 && hub.port <= 65_535);
        assert.match(hub.host, /^[^\x00-\x20\x7f]+$/);
      }
      for (const timeout of [each.connectTimeout, each.commandTimeout, each.dataTimeout, each.deliveryTimeout])
        assert.ok(timeout >= 1 && timeout < 2 ** 31, `a timeout of ${timeout}`);
      for (const { raw } of each.addHeaders.map((line) => ({ raw: String(line) })))
        assert.doesNotMatch(raw, /\n(?![ \t])./, 'a header field is one field');
    }
  },
};

/** Values of AuthPass and TLSKeyPass that stand nowhere else in the file, where they may well be shown. */
function passwordsIn(text: string): string[] {
  const values = [...text.matchAll(/^[ \t]*(?:authpass|tlskeypass)[ \t]*=[ \t]*([!-~]{8,})[ \t\r]*$/gim)].map(
    ([, value = '']) => value,
  );
  return values.filter((value) => text.split(value).length === 2);
}
