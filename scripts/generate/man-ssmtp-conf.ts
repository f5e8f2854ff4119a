/** ssmtp.conf(5). */

import { type ConfigKey, fileVariableOf, keys, variableOf } from '../../src/config/keys.ts';
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
is set, the file need not exist.`;
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
