/** ssmtp.conf(5). */

import type { ConfigKey } from '../../src/config/config-key.ts';
import { hubKeys } from '../../src/config/hubs.ts';
import { fileVariableOf, keys, matchKey, variableOf } from '../../src/config/keys.ts';
import { profiles } from '../../src/config/profiles.ts';
import { escaped, head, manual, paragraph, tagged } from './mdoc.ts';

export function configManual(): string {
  return manual([
    ...head({
      title: 'SSMTP.CONF',
      section: '5',
      date: 'November 22, 2026',
      name: 'ssmtp.conf',
      description: 'configuration of ssmtp',
    }),
    description,
    '.Sh KEYS',
    tagged(keys.map((key) => [`Cm ${key.name} Ns = Ns Ar ${key.kind}`, textOf(key)])),
    accounts(),
    hubs(),
    profileList(),
    environment(),
    rest,
  ]);
}

const description = `.Sh DESCRIPTION
.Xr ssmtp 8
reads
.Pa /etc/ssmtp/ssmtp.conf ,
or the file that
.Fl C
names.
Each line holds
.Ar key Ns = Ns Ar value .
Names of keys may be written in any case, and blanks around key and value do not count.
A
.Ql #
starts a comment at the start of a line or behind a blank.
Values are taken as written: there are no quotes and no escapes.
The last line for a key wins.
Unknown keys are reported by
.Ql ssmtp --check
and do not stop the mail; a value that makes no sense does, with exit status 78, the file's name and the line.`;

function textOf(key: ConfigKey): string {
  const otherwise = key.default === undefined ? `Not set: ${key.otherwise}.` : `Default: ${key.default}.`;
  const empty = key.whenEmpty ? ` Empty: ${key.whenEmpty}.` : '';
  const lines = [
    paragraph(`${key.help}.`),
    ...(key.note ? [paragraph(key.note)] : []),
    paragraph(`${otherwise}${empty}`),
  ];
  return [...lines, '.br', `Example: ${escaped(`${key.name}=${key.example}`)}`].join('\n');
}

function accounts(): string {
  const names = keys.filter(({ account }) => account !== undefined).map(({ name }) => `.Cm ${name}`);
  const own = keys.filter(({ account }) => account === 'own').map(({ name }) => `.Cm ${name}`);
  return `.Sh ACCOUNTS
The lines below
.Ql [account name]
are for some senders only:
.Bd -literal -offset indent
[account work]
${matchKey.name}=${escaped(matchKey.example)}
mailhub=smtp.work.example:587
UseSTARTTLS=YES
AuthUser=me@work.example
AuthPass=another secret
.Ed
.Pp
.Cm ${matchKey.name} :
${paragraph(`${matchKey.help}.`)}
The sender of
.Fl f
decides; without it the address in From, which is the envelope sender then; and then the user's own address.
The first account that matches counts.
.Pp
What stands above all sections counts for an account, too, but with a
.Cm mailhub
of its own it does not take from there:
${own.join('\n')} .
A password or passphrase of its own, wherever that is kept, replaces the one above.
It outweighs a mail hub in
.Xr revaliases 5 .
These keys may stand in an account:
${names.join('\n')} .`;
}

function hubs(): string {
  const names = hubKeys.map((name) => `.Cm ${name}`);
  return `.Sh SEVERAL HUBS
Where
.Cm mailhub
names several hubs, the lines below
.Ql [hub name]
are for one of them, named as there; without a port, whatever its port is:
.Bd -literal -offset indent
mailhub=smtp.example.org:587, backup.example.net:465
UseSTARTTLS=YES
AuthUser=me@example.org
AuthPass=a secret

[hub backup.example.net]
UseTLS=YES
AuthUser=me@example.net
AuthPass=another secret
.Ed
.Pp
They count more than those above all sections and those of an account.
What means something only together is replaced together: a section with
.Cm AuthUser
takes nothing else of a login from elsewhere, one with
.Cm UseTLS
no
.Cm UseSTARTTLS ,
one with
.Cm TLSCert
no
.Cm TLSKey ,
one with
.Cm TLSKey
no passphrase,
and one with
.Cm TLSPin
no other pins.
A hub in
.Xr revaliases 5
that
.Cm mailhub
does not name is no business of these sections.
.Pp
These keys may stand in the section of a hub:
${names.join('\n')} .`;
}

function profileList(): string {
  const items = profiles.map(({ name, presets, why }): [string, string] => {
    const set = presets.map(({ key, value }) => (value === 'login' ? `${key} is the login` : `${key}=${value}`));
    return [`Cm ${name}`, paragraph(`${why}. It presets: ${set.join(', ')}.`)];
  });
  return `.Sh PROFILES\n${tagged(items)}`;
}

function environment(): string {
  const [first] = keys.filter((key) => key.kind === 'secret');
  const variable = first ? variableOf(first) : '';
  const fileVariable = (first && fileVariableOf(first)) ?? '';
  return `.Sh ENVIRONMENT
Every key can be given as a variable named after it, such as
.Ev SSMTP_MAILHUB ;
variables outweigh the file.
With
.Ev _FILE
behind its name, a variable names a file that holds the value:
.Ev ${fileVariable}
is the way to hand over a password in a container, where
.Ev ${variable}
could be seen by others.
Keys whose value is itself a path have no such form.
When
.Ev SSMTP_MAILHUB
is set, the file need not exist.
Where there is one that the user may not read, mail is left in the queue, whose
runner knows no variables of others: with one that decides where mail goes, as
whom, or how it is protected, or with
.Fl au ,
.Fl ap
or
.Fl am ,
nothing is sent and the exit status is 78.`;
}

const rest = `.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/ssmtp/ssmtp.conf
the configuration
.It Pa /etc/ssmtp/revaliases
beside it, see
.Xr revaliases 5
.El
.Sh EXAMPLES
.Bd -literal -offset indent
root=admin@example.org
mailhub=smtp.example.org:587
RewriteDomain=example.org
UseSTARTTLS=YES
AuthUser=relay@example.org
AuthPass=correct horse#battery
.Ed
.Sh SEE ALSO
.Xr revaliases 5 ,
.Xr ssmtp 8`;
