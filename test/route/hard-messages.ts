/** Hard messages: what mail programs, old ones and attackers write. All text is latin1. */

const utf8 = (text: string) => Buffer.from(text).toString('latin1');

export interface HardMessage {
  readonly what: string;
  readonly text: string;
  /** With -t, as they leave; the machine is box.example.org, mail comes from example.org. */
  readonly recipients: readonly string[];
  /** Python reads these headers otherwise, for the reason given. */
  readonly python?: string;
  /** nodemailer's addressparser does. */
  readonly nodemailer?: string;
}

const many = Array.from({ length: 2000 }, (_, index) => `user${index}@example.net`);
const end = 'Subject: x\n\nhello\n';

export const hardMessages: readonly HardMessage[] = [
  {
    what: 'a folded list',
    text: `To: a@x.example,\n b@x.example\n ,\tc@x.example\n${end}`,
    recipients: ['a@x.example', 'b@x.example', 'c@x.example'],
  },
  {
    what: 'comments, one in another',
    text: `To: (x (y, z@no) ) a@x.example (b@no)\n${end}`,
    recipients: ['a@x.example'],
  },
  {
    what: 'an escaped parenthesis',
    text: `To: a@x.example (\\) b@no, \\()\n${end}`,
    recipients: ['a@x.example'],
    nodemailer: 'it ends the comment at an escaped parenthesis',
  },
  {
    what: 'a group',
    text: `To: Friends: a@x.example, B <b@x.example>;\n${end}`,
    recipients: ['a@x.example', 'b@x.example'],
  },
  {
    what: 'an empty group',
    text: `To: undisclosed-recipients:;\nBcc: a@x.example\n${end}`,
    recipients: ['a@x.example'],
  },
  { what: 'a quoted comma', text: `To: "a, b@no" <c@x.example>\n${end}`, recipients: ['c@x.example'] },
  {
    what: 'brackets in quotes',
    text: `To: "<a@no>" <b@x.example>, "x > y" <c@x.example>\n${end}`,
    recipients: ['b@x.example', 'c@x.example'],
  },
  { what: 'an escaped quote', text: `To: "a\\", b@no, \\"" <c@x.example>\n${end}`, recipients: ['c@x.example'] },
  {
    what: 'a quoted local part',
    text: `To: "a b"@x.example, "c,d"@x.example, "e@f"@x.example, "<g>"@x.example\n${end}`,
    recipients: ['"a b"@x.example', '"c,d"@x.example', '"e@f"@x.example', '"<g>"@x.example'],
    nodemailer: 'it drops quotes that the local part needs',
  },
  {
    what: 'an encoded word with a comma',
    text: `To: =?UTF-8?Q?a=2C_b=40no?= <c@x.example>\n${end}`,
    recipients: ['c@x.example'],
  },
  {
    what: 'a name in 8-bit text',
    text: utf8(`To: Jürgen Müller <a@x.example>, "Ö, P" <b@x.example>\n${end}`),
    recipients: ['a@x.example', 'b@x.example'],
  },
  { what: 'a name in latin1', text: `To: J\xfcrgen <a@x.example>\n${end}`, recipients: ['a@x.example'] },
  {
    what: 'a domain beyond ASCII',
    text: utf8(`To: a@münchen.example\n${end}`),
    recipients: ['a@xn--mnchen-3ya.example'],
    python: 'it knows no A-labels',
    nodemailer: 'it knows no A-labels',
  },
  {
    what: 'an obsolete route',
    text: `To: <@a.example,@b.example:c@x.example>\n${end}`,
    recipients: ['c@x.example'],
    python: 'it takes a hop for a recipient',
    nodemailer: 'it knows no routes',
  },
  {
    what: 'blanks around dots and at',
    text: `To: a . b @ x . example\n${end}`,
    recipients: ['a.b@x.example'],
    nodemailer: 'it knows no such blanks',
  },
  {
    what: 'empty items',
    text: `To: ,, a@x.example ,, ,b@x.example,\n${end}`,
    recipients: ['a@x.example', 'b@x.example'],
  },
  {
    what: 'semicolons between addresses',
    text: `To: a@x.example; b@x.example\n${end}`,
    recipients: ['a@x.example', 'b@x.example'],
    python: 'it takes the semicolon for an end',
  },
  {
    what: 'To in several fields',
    text: `To: a@x.example\nto: b@x.example\nTO : a@X.example\n${end}`,
    recipients: ['a@x.example', 'b@x.example'],
  },
  {
    what: 'local names',
    text: `To: bob, Carl <carl@localhost>, dan@box\n${end}`,
    recipients: ['bob@example.org', 'carl@example.org', 'dan@example.org'],
    nodemailer: 'a name without @ is no address to it',
  },
  {
    what: 'the same one three times',
    text: `To: a@x.example, a@X.EXAMPLE\nCc: A <a@x.example>\n${end}`,
    recipients: ['a@x.example'],
  },
  {
    what: 'a literal domain',
    text: `To: a@[192.0.2.1], b@[IPv6:2001:db8::1]\n${end}`,
    recipients: ['a@[192.0.2.1]', 'b@[IPv6:2001:db8::1]'],
  },
  { what: '2000 recipients in one line', text: `To: ${many.join(',')}\n${end}`, recipients: many },
  { what: '2000 recipients, folded', text: `To: ${many.join(',\n ')}\n${end}`, recipients: many },
  { what: 'NULs', text: `To: a@x.example\nX-Nul: a\0b\n${end}\0\0\n.\0\n`, recipients: ['a@x.example'] },
  {
    what: 'bare CRs',
    text: `To: a@x.example\nX-Cr: a\rBcc: b@no\n${end}one\rtwo\r.\rthree\n`,
    recipients: ['a@x.example'],
    python: 'it takes a bare CR for a line end',
  },
  {
    what: 'mixed line ends',
    text: `To: a@x.example\r\nX-A: b\nCc: b@x.example\r\r\n${end}one\r\ntwo\nthree\r\r\n`,
    recipients: ['a@x.example', 'b@x.example'],
  },
  { what: 'no body', text: 'To: a@x.example\n', recipients: ['a@x.example'] },
  { what: 'no line end', text: 'To: a@x.example', recipients: ['a@x.example'] },
  ...[998, 999, 2047, 4096, 1_000_000].flatMap((length): HardMessage[] => [
    {
      what: `a body line of ${length} octets`,
      text: `To: a@x.example\n${end}${'x'.repeat(length)}\nend\n`,
      recipients: ['a@x.example'],
    },
    {
      what: `a word of ${length} octets in the header`,
      text: `To: a@x.example\nX-Long: ${'y'.repeat(length)}\n${end}`,
      recipients: ['a@x.example'],
    },
    {
      what: `a header line of ${length} octets in words`,
      text: `To: a@x.example\nX-Long: ${'word '.repeat(length / 5)}\n${end}`,
      recipients: ['a@x.example'],
    },
    {
      what: `8-bit text of up to ${length} octets in the header`,
      text: utf8(`To: a@x.example\nSubject: ${'ü '.repeat(Math.min(length, 500_000) / 3)}\n\nx\n`),
      recipients: ['a@x.example'],
    },
  ]),
  {
    what: 'a field of blanks',
    text: `To: a@x.example\nX-Blank: ${' '.repeat(3000)}\n${end}`,
    recipients: ['a@x.example'],
  },
  { what: '8-bit text without MIME', text: utf8(`To: a@x.example\n${end}Grüße\n`), recipients: ['a@x.example'] },
  {
    what: 'octets of no charset',
    text: `To: a@x.example\nSubject: \xff\xfe\n\n\xff\xfe\x80\n`,
    recipients: ['a@x.example'],
  },
  {
    what: 'a multipart with 8-bit parts',
    text: utf8(
      'To: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n--b\n\nplain\n--b--\n',
    ),
    recipients: ['a@x.example'],
  },
  {
    what: 'a multipart that never ends',
    text: utf8('To: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n--b\n--b\nX: ü'),
    recipients: ['a@x.example'],
  },
  {
    what: 'a multipart without boundary',
    text: utf8('To: a@x.example\nContent-Type: multipart/mixed\n\nplain\n'),
    recipients: ['a@x.example'],
  },
];
