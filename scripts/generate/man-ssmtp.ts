/** ssmtp(8). */

import { deadLetterCommands, type Flag, flags, modes, queueCommands, settingRows } from '../../src/cli/flags.ts';
import { exitStatuses, reportStatusRows } from '../../src/cli/help.ts';
import { escaped, head, manual, paragraph, tagged } from './mdoc.ts';

export function ssmtpManual(): string {
  const working = modes.filter((mode) => !mode.refusal);
  const refused = modes.filter((mode) => mode.refusal);
  return manual([
    ...head({
      title: 'SSMTP',
      section: '8',
      date: 'November 24, 2026',
      name: 'ssmtp',
      description: 'send-only mail relay',
    }),
    synopsis,
    description,
    '.Sh FLAGS',
    'Values may be glued to their flag or be the next word, and flags without a value may be written together:',
    '.Dq Fl tif Ar address .',
    'Flags may follow recipients, up to a',
    '.Ql -- .',
    tagged(
      flags.map((flag) => [flag.names.map((name) => flagTag(name, flag)).join(' , '), paragraph(`${flag.help}.`)]),
    ),
    '.Pp',
    'Modes, given behind',
    '.Fl b :',
    tagged(working.map((mode) => [`Fl b${mode.letter}`, paragraph(`${mode.help}.`)])),
    '.Pp',
    'These are refused with exit status 64:',
    tagged(refused.map((mode) => [`Fl b${mode.letter}`, paragraph(`${mode.refusal ?? ''}.`)])),
    '.Pp',
    'Settings of sendmail, given behind',
    '.Fl o',
    'or',
    '.Fl O ;',
    'all others are accepted and ignored:',
    tagged(settingRows.map((row) => [`Fl o${row.letter} , Fl O Cm ${row.name}`, paragraph(`${row.help}.`)])),
    queue,
    tagged(
      queueCommands.map((row) => [
        `Nm Cm queue ${row.word}${row.takesIds ? ' Ar id ...' : ''}`,
        paragraph(`${row.help}.${row.takesIds ? ' ALL stands for all messages.' : ''}`),
      ]),
    ),
    deadLetters,
    tagged(deadLetterCommands.map((row) => [`Nm Cm dead-letter ${row.word} Op Ar file`, paragraph(`${row.help}.`)])),
    reports,
    '.Sh ENVIRONMENT',
    'Every key of',
    '.Xr ssmtp.conf 5',
    'can be given as a variable; see there.',
    'Variables of Node.js',
    '.Pq Ev NODE_*',
    'decide nothing about the mail, nor do',
    '.Ev SSL_CERT_FILE',
    'and',
    '.Ev SSL_CERT_DIR .',
    '.Ev HOME',
    'says where',
    '.Pa dead.letter',
    'is, unless the directory belongs to another user.',
    files,
    '.Sh EXIT STATUS',
    'The statuses of',
    '.Xr sysexits 3 :',
    tagged(exitStatuses().map(([status, meaning]) => [status, paragraph(`${meaning}.`)])),
    '.Pp',
    'Those of',
    '.Fl -check',
    'and',
    '.Fl -probe',
    'are what monitoring expects:',
    tagged(reportStatusRows().map(([status, meaning]) => [status, paragraph(`${meaning}.`)])),
    rest,
  ]);
}

const synopsis = `.Sh SYNOPSIS
.Nm
.Op Ar flags
.Op Ar recipient ...
.Nm
.Fl -check
.Op Fl -json
.Nm
.Fl -probe
.Op Fl -json
.Op Ar recipient ...
.Nm
.Fl -explain | -dry-run | -version | -help
.Sh DESCRIPTION`;

const description = `.Nm
reads a message from standard input and hands it to the mail hub that
.Xr ssmtp.conf 5
names.
It takes the command line of sendmail and is meant to be installed as
.Pa /usr/sbin/sendmail .
It never listens on a port, delivers no mail on this machine and runs only while a message is sent.
.Pp
The whole message is read before the hub is contacted.
Nothing is printed when the hub accepts it.
A message that the hub cannot take for now waits in the queue, where there is one; see
.Sx QUEUE .
Otherwise one line says why, with the hub's own words, at most one more line says what to do about it,
and the message is kept in
.Pa dead.letter .
.Pp
The header fields From, Date and Message-ID are added when they are missing, and a Received field always.
Bcc, Resent-Bcc and Return-Path never leave.
Addresses of this machine become what
.Xr revaliases 5
or
.Xr aliases 5
says, or get RewriteDomain or hostname of
.Xr ssmtp.conf 5 ;
those elsewhere stay.
Names without a domain, and addresses at the domains that LocalDomains there describes, are those of this machine.
What a hub need not take is encoded, unless EncodeForHub is NO: text beyond ASCII in header fields, 8-bit bodies when the hub does
not offer 8BITMIME, lines of more than 998 octets, NUL, and CR without LF.
8-bit text is declared as such, part by part.
Signed messages and parts are left alone.
All else leaves byte for byte as it came, with line ends as SMTP wants them:
LF becomes CRLF, and so does a CR alone where nothing is encoded; in a header field it becomes a blank.`;

const queue = `.Sh QUEUE
When the directory that Queue in
.Xr ssmtp.conf 5
names exists, a message is written there while it is read, and removed when the hub has accepted it.
Whatever the hub or the network refuses for now leaves it there, with exit status 0;
it is tried again by
.Nm Fl q ,
which a timer or
.Xr cron 8
starts.
Users who may not read the configuration leave their messages there, too.
The directory has mode 3733 and belongs to the user who runs the queue.
.Pp
.Nm mailq
lists what waits.
Behind a queue id
.Ql *
stands for a message that is being delivered,
.Ql \\&!
for one on hold, and
.Ql \\&?
for one that the hub may have: the connection was lost behind its end, and it is tried again half an hour later.
Where files of several users have the same queue ID, it shows what tells them apart:
the ID with a colon and the user behind it.
The commands below and
.Fl q Ns I
take that too, and do not act on such an ID alone.
.Pp
After QueueLifetime, or when the hub refuses it for good, a message that had waited is returned to its sender
in a delivery status notification.
Failures of the same kind within an hour are told together.
A notification that cannot be delivered goes to the address of root, and then stays on hold.
.Pp
Single messages are managed with these commands, under the name
.Nm
only:`;

const deadLetters = `.Sh DEAD LETTERS
A message that could not be sent, and does not wait in the queue, is appended to
.Pa dead.letter
as it came.
Notes in front of it tell why
.Pq X-Dead-Letter ,
from whom
.Pq X-Dead-Letter-From
and to whom
.Pq X-Dead-Letter-To .
The last one
.Pq X-Dead-Letter-Seal
holds the length of the message and the key in
.Pa ~/.dead.letter.key ;
for a file of one message the key is the end of its name.
Text without this key, which another program has appended, is kept and never sent; so are messages that were kept before there was a
key: to send such a message, give it to
.Nm sendmail
together with the recipients.
Notes count only in a file that belongs to the user, that nobody else may write to, and that has one name.
On standard input fields with these names are text, as any other field.
.Pp
Without
.Ar file
these commands look at the user's own messages: in the home directory, and in
.Pa /var/tmp .
A message that is refused again, or in part, stays with new notes.
While one process sends, the file is locked by
.Pa dead.letter.lock .
A message whose sending was cut off, so that nobody knows whether the hub has it, stays with the name X-Busy-Letter in place of
X-Dead-Letter and is not sent again; write the old name if it did not arrive.`;

const reports = `.Sh CHECKING
.Fl -check
asks the name service for the names of the mail hubs, and nobody else.
It looks at the permissions of what decides about the mail, at the queue and its backlog, for who runs it, and at where
.Pa /usr/sbin/sendmail , /usr/lib/sendmail , /usr/bin/mailq
and
.Pa /usr/bin/newaliases
lead, unless
.Fl C
names another file.
A queue is not run when a message is an hour late, or when there is no unit of systemd, line of cron or process that would do it.
Root sees most; a user who may not read the configuration, because it holds a password, learns that the mail goes through the
queue, with status 1, and from
.Fl -explain , -dry-run
and
.Fl bv
for whom it is left there.
.Pp
With
.Fl -json
one object is printed:
.Cm state
(ok, warning or critical),
.Cm status
(the exit status),
.Cm file ,
.Cm settings
(each with
.Cm key , value
and
.Cm place ) ,
.Cm accounts
(each with
.Cm name , place , match
and
.Cm settings ) ,
.Cm hubs
(those that have a section of their own, each with
.Cm name , place
and
.Cm settings ) ,
.Cm findings
(each with
.Cm what , result
(ok, note, warning or error) and
.Cm text ) ,
.Cm differences ,
.Cm warnings
and
.Cm errors
(each with
.Cm message
and
.Cm hint ) .
.Pp
.Fl -probe
resolves the name of each mail hub, connects to each of its addresses, starts TLS, logs in, and asks with MAIL and RCPT whether a
message would be taken, of which none is sent: RSET follows.
The recipient is root, unless others are named; the sender is that of any message, or
.Fl f .
Hubs of accounts are asked, too.
What the hub shows of itself is told even when it is not trusted.
A certificate is about to expire when fewer than 14 days and less than a fifth of its time are left.
.Pp
With
.Fl -json
one object is printed.
It holds
.Cm state
(ok, warning or critical),
.Cm status
(the exit status),
.Cm hubs
and
.Cm failure
(null, or why no hub could be asked).
Each hub has
.Cm hub
(name:port),
.Cm account ,
.Cm state ,
.Cm sender ,
.Cm recipients ,
.Cm steps
(each with
.Cm step
(resolve, connect, greeting, ehlo, tls, login, mail, rcpt or rset),
.Cm result
(ok, note, warning or error),
.Cm text
and
.Cm milliseconds ) ,
.Cm tls
(null, or
.Cm version , cipher , is_trusted
and
.Cm certificates ,
the hub's own first, each with
.Cm subject , names , issuer , valid_from , valid_to , days_left , is_due
and
.Cm sha256 ) ,
.Cm capabilities
(the keywords of EHLO with their parameters),
.Cm size_limit
(octets, or null) and
.Cm failure
(null, or
.Cm kind , status , message
and
.Cm hint ) .
.Pp
In both, fields may be added; none changes its meaning.
Colours are used on a terminal, unless
.Ev NO_COLOR
is set or
.Ev TERM
is dumb.`;

const files = `.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/ssmtp/ssmtp.conf
configuration, see
.Xr ssmtp.conf 5
.It Pa /etc/ssmtp/revaliases
addresses and hubs of single users, see
.Xr revaliases 5
.It Pa /var/spool/ssmtp
the queue
.It Pa ~/dead.letter
messages that could not be sent, in the form of
.Xr mbox 5 .
.Ql ssmtp dead-letter resend
sends them again; see
.Sx DEAD LETTERS .
.It Pa ~/.dead.letter.key
the key that marks the messages in
.Pa ~/dead.letter
which ssmtp has written; keep it as private as they are
.It Pa ~/dead.letter.*
messages of more than 1 MiB, each in a file of its own.
Without a home directory that can be written, every message gets such a file in
.Pa /var/tmp .
.El`;

const rest = `.Sh EXAMPLES
Send a message to the administrator:
.Pp
.Dl printf \\(aqSubject: hello\\en\\enIt works.\\en\\(aq | ssmtp root
.Pp
See what would become of a message, and why:
.Pp
.Dl ssmtp --explain -t < message
.Pp
See what the configuration was understood to say:
.Pp
.Dl ssmtp --check
.Pp
See whether the hub would take a message, and how long each step takes:
.Pp
.Dl ssmtp --probe
.Pp
Watch the dialogue with the hub:
.Pp
.Dl printf \\(aqSubject: test\\en\\en\\(aq | ssmtp -v root
.Sh DIAGNOSTICS
Messages have the form
.Dq sendmail: Cannot <do> <what>: <why> ,
under the name the program was called by.
MESSAGES.md, which comes with the documentation
.Pq Pa /usr/share/doc/ssmtp/MESSAGES.md.gz ,
has an entry for each, with its exit status and remedy.
.Sh SEE ALSO
.Xr mailq 1 ,
.Xr revaliases 5 ,
.Xr ssmtp.conf 5
.Sh STANDARDS
RFC 5321 (SMTP), RFC 5322 (message format), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 2195 (CRAM-MD5),
RFC 1870 (SIZE), RFC 6152 (8BITMIME), RFC 2920 (PIPELINING), RFC 3461 and RFC 3464 (delivery status notifications).`;

function flagTag(name: string, { value }: Flag): string {
  return `Fl ${name.slice(1)}${value ? ` Ar ${escaped(value)}` : ''}`;
}
