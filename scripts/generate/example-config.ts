/** ssmtp.conf.example: the five lines most people need, then every key with its default, commented out. */

import type { ConfigKey } from '../../src/config/config-key.ts';
import { keys, matchKey } from '../../src/config/keys.ts';

const commonKeys = ['root', 'mailhub', 'RewriteDomain', 'hostname', 'UseSTARTTLS', 'AuthUser', 'AuthPass'];

export function exampleConfig(): string {
  const common = commonKeys.flatMap((name) => keys.filter((key) => key.name === name));
  const others = keys.filter((key) => !common.includes(key));
  return [
    '# /etc/ssmtp/ssmtp.conf, the configuration of ssmtp; see ssmtp.conf(5).',
    '# A "#" starts a comment at the start of a line or behind a blank. Names of keys may be written in any case.',
    '# "ssmtp --check" shows what was understood.',
    '',
    '# What most installations need. Remove the "#" in front of a key to use it.',
    ...common.flatMap(entryOf),
    '# Everything else.',
    ...others.flatMap(entryOf),
    '',
    '# An account of its own for some senders: what stands above counts for it too, but for the login when it has its own mailhub.',
    '#[account work]',
    `# ${matchKey.help}.`,
    `#${matchKey.name}=${matchKey.example}`,
    '#mailhub=smtp.work.example:587',
    '#UseSTARTTLS=YES',
    '#AuthUser=me@work.example',
    '#AuthPass=another secret',
    '',
    '# One of several hubs: what is set here counts for it alone.',
    '#[hub backup.example.net:465]',
    '#UseTLS=YES',
    '#AuthUser=me@example.net',
    '#AuthPass=another secret',
    '',
  ].join('\n');
}

function entryOf(key: ConfigKey): string[] {
  const otherwise = key.default === undefined ? `Not set: ${key.otherwise}.` : `Default: ${key.default}`;
  return ['', `# ${key.help}. ${otherwise}`, `#${key.name}=${key.example}`, ''].slice(1);
}
