/** Reads one command line of the client. */

import { isUtf8 } from 'node:buffer';
import { type Address, parseAddress } from '../address.ts';
import { longestNumber } from './limits.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { type Answer, mistake, ours } from './reply.ts';

export interface SenderRequest {
  /** '' is the null sender; may lack a domain. */
  readonly sender: Address | '';
  readonly parameters: Parameters;
}

export interface RecipientRequest {
  /** May lack a domain. */
  readonly recipient: Address;
  readonly parameters: Parameters;
}

export type Command =
  | { readonly verb: 'MAIL'; readonly request: SenderRequest }
  | { readonly verb: 'RCPT'; readonly request: RecipientRequest }
  | { readonly verb: 'BDAT'; readonly size: number; readonly isLast: boolean }
  | { readonly verb: 'EHLO' | 'HELO' | 'DATA' | 'RSET' | 'QUIT' }
  /** Whatever is always answered alike: the answer, and nothing else happens. */
  | { readonly verb: 'none'; readonly answer: Answer };

const helpLines = [
  'HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT',
  "What you send goes to the mail hub of ssmtp.conf; the answers are the hub's own",
] as const;

/** Verbs whose answer depends on nothing. */
const constants: Readonly<Record<string, Answer>> = {
  NOOP: ours(250, '2.0.0', 'Ok'),
  HELP: ours(214, '2.0.0', ...helpLines),
  VRFY: ours(252, '2.0.0', 'Send to it and see'),
  EXPN: ours(502, '5.7.0', 'There are no lists here'),
  STARTTLS: ours(502, '5.5.1', 'This is no network'),
  // Never offered; who logs in all the same is who they are, and nothing of it is looked at.
  AUTH: ours(235, '2.7.0', 'No login is needed here'),
};

/** Never throws; only `parseAddress` makes an address of what a stranger says. */
export function parseCommand(octets: Buffer): Command {
  const line = octets.toString('utf8');
  if (!isUtf8(octets) || /[\x00-\x08\x0a-\x1f\x7f]/.test(line))
    return isChunk(line)
      ? { verb: 'none', answer: lostCount }
      : fault(500, '5.5.2', 'No text: octets that no command has');
  const text = line.replaceAll('\t', ' ').trim();
  const [word = ''] = text.split(' ', 1);
  const rest = text.slice(word.length).trim();
  const verb = word.toUpperCase();
  switch (verb) {
    case 'MAIL':
      return mail(rest);
    case 'RCPT':
      return rcpt(rest);
    case 'BDAT':
      return bdat(rest);
    case 'EHLO':
    case 'HELO':
      return rest === '' ? fault(501, '5.5.4', `${verb} wants a host name`) : { verb };
    case 'DATA':
    case 'RSET':
    case 'QUIT':
      return rest === '' ? { verb } : fault(501, '5.5.4', `${verb} takes no parameter`);
    default: {
      if (isChunk(text)) return { verb: 'none', answer: lostCount };
      const answer = Object.hasOwn(constants, verb) ? constants[verb] : undefined;
      return answer ? { verb: 'none', answer } : fault(500, '5.5.2', 'No such command');
    }
  }
}

function mail(text: string): Command {
  const parts = pathIn(text, 'FROM');
  if (parts === undefined) return fault(501, '5.5.4', 'Syntax: MAIL FROM:<address>');
  const sender = parts.path === '' ? '' : parseAddress(parts.path);
  if (sender === undefined) return { verb: 'none', answer: ours(501, '5.1.7', 'The sender is no address') };
  const parameters = parametersOf(parts.rest, 'MAIL');
  return isAnswer(parameters)
    ? { verb: 'none', answer: parameters }
    : { verb: 'MAIL', request: { sender, parameters } };
}

function rcpt(text: string): Command {
  const parts = pathIn(text, 'TO');
  if (parts === undefined) return fault(501, '5.5.4', 'Syntax: RCPT TO:<address>');
  const recipient = parseAddress(parts.path);
  if (recipient === undefined) return { verb: 'none', answer: ours(501, '5.1.3', 'The recipient is no address') };
  const parameters = parametersOf(parts.rest, 'RCPT');
  return isAnswer(parameters)
    ? { verb: 'none', answer: parameters }
    : { verb: 'RCPT', request: { recipient, parameters } };
}

/** Blanks behind the colon and missing brackets are common; a quoted local part may hold brackets and blanks. */
function pathIn(text: string, keyword: 'FROM' | 'TO'): { path: string; rest: string } | undefined {
  const [head = ''] = text.split(':', 1);
  if (head.trimEnd().toUpperCase() !== keyword || head.length === text.length) return undefined;
  const behind = text.slice(head.length + 1).trimStart();
  const inBrackets = /^<((?:[^"<>]|"(?:[^"\\]|\\.)*")*)>( .*)?$/s.exec(behind);
  const bare = /^([^\s<>"]+)(.*)$/s.exec(behind);
  const [, path, rest = ''] = inBrackets ?? bare ?? [];
  return path === undefined ? undefined : { path: path.trim(), rest };
}

/** How many octets belong to such a BDAT cannot be known, so neither where the next command begins. */
export const lostCount = ours(421, '4.5.4', 'Syntax: BDAT size [LAST]; closing');

export function isChunk(line: string): boolean {
  return /^[^A-Za-z]*BDAT/i.test(line);
}

/** RFC 3030 §2. */
function bdat(text: string): Command {
  const [, digits, last] = /^(\d+)( +LAST)?$/i.exec(text) ?? [];
  if (digits === undefined || digits.length > longestNumber) return { verb: 'none', answer: lostCount };
  return { verb: 'BDAT', size: Number(digits), isLast: last !== undefined };
}

function isAnswer(value: Parameters | Answer): value is Answer {
  return 'code' in value;
}

function fault(code: number, enhanced: string, words: string): Command {
  return { verb: 'none', answer: mistake(code, enhanced, words) };
}
