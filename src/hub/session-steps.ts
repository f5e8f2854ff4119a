/** Reads the steps of a session's beginning from its dialogue, each with its time. */

import type { Plan } from './plan.ts';
import { type Look, reasonIn, type StepName } from './probe.ts';
import type { Encryption } from './shown-certificates.ts';

/** The step that a command opens, by its first word; other lines belong to the step that is open. */
const stepOfCommand: Readonly<Record<string, StepName>> = {
  EHLO: 'ehlo',
  HELO: 'ehlo',
  STARTTLS: 'tls',
  AUTH: 'login',
};

/** `see` is asked when a handshake may be over. Call `start` when the socket is open, `broken` when it came to nothing. */
export function sessionSteps(
  { clock, note }: Look,
  plan: Plan,
  { see, tell }: { see: () => Encryption | undefined; tell: (encryption: Encryption) => void },
) {
  let open: { step: StepName; since: number; command: string; said: string[] } | undefined;
  let isTold = false;
  const begin = (step: StepName, command = '') => {
    open = { step, since: clock(), command, said: [] };
  };
  const end = (result: 'ok' | 'error', text: string) => {
    if (!open) return;
    note({ step: open.step, result, text, milliseconds: Math.max(0, Math.round(clock() - open.since)) });
    open = undefined;
  };
  /** Whatever comes next is said under TLS; with TLS from the start, that is the greeting. */
  const endHandshake = () => {
    const shown = isTold ? undefined : see();
    if (!shown) return;
    isTold = true;
    end('ok', `${shown.version} ${shown.cipher}`);
    tell(shown);
    if (plan.tls === 'implicit') begin('greeting');
  };
  const heard = (line: string) => {
    if (!open) return;
    open.said.push(line.slice(4).trim());
    if (line[3] === '-') return;
    // The handshake follows; and whatever is no success is told by the failure that ends the session.
    if (open.step !== 'tls' && line.startsWith('2')) end('ok', wordsOf(open));
  };
  return {
    start: () => begin(plan.tls === 'implicit' ? 'tls' : 'greeting'),
    transcript(line: string): void {
      endHandshake();
      const text = line.slice('[->] '.length);
      const step = stepOfCommand[text.split(' ', 1)[0] ?? ''];
      if (line.startsWith('[<-] ')) heard(text);
      else if (step) begin(step, text);
    },
    broken: (error: unknown) => end('error', reasonIn(error)),
  };
}

function wordsOf({ step, command, said }: { step: StepName; command: string; said: readonly string[] }): string {
  // What it offers in clear is of no interest but for this.
  if (said.includes('STARTTLS')) return 'STARTTLS';
  if (step === 'ehlo') return said.slice(1).join(', ') || 'no extensions';
  if (step === 'login') return `${command.split(' ')[1]}: ${said.at(-1)}`;
  return said.join(' ');
}
