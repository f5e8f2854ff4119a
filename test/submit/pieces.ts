/** A client that talks to `serve`, with the real relay in front of a scripted hub or with one that only remembers. */

import type { Options } from '../../src/cli/options.ts';
import type { Message } from '../../src/message/types.ts';
import { hubRelay } from '../../src/submit/hub-relay.ts';
import type { Mailed } from '../../src/submit/mailing.ts';
import type { Relay } from '../../src/submit/relay.ts';
import { ours } from '../../src/submit/reply.ts';
import { serve } from '../../src/submit/serve.ts';
import type { System } from '../../src/system.ts';
import { optionsWith, textOf } from '../route/pieces.ts';
import { fakeSystem } from '../system/fake-system.ts';

export interface Conversation {
  readonly status: number;
  /** Lines that the client was sent, without CRLF. */
  readonly heard: string[];
  readonly mailed: readonly Mailed[];
}

export interface Surroundings {
  readonly port?: number;
  /** Lines of ssmtp.conf behind those that name the hub. */
  readonly lines?: readonly string[];
  readonly options?: Partial<Options>;
  readonly system?: Partial<System>;
}

/** The client says everything, in these pieces (latin1), and closes its side. */
export async function converse(pieces: readonly string[], around: Surroundings = {}): Promise<Conversation> {
  const { port = 1, lines = [], options = {}, system: changes = {} } = around;
  const configuration = [`mailhub=127.0.0.1:${port}`, 'hostname=here.example', 'root=admin@example.org', ...lines];
  const { system, heard } = clientOf(pieces, {
    readFile: (path) => {
      if (path === '/ssmtp.conf') return `${configuration.join('\n')}\n`;
      throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', errno: -2 });
    },
    ...changes,
  });
  const mailed: Mailed[] = [];
  const relay = hubRelay({
    options: optionsWith({ mode: 'smtp', configFile: '/ssmtp.conf', ...options }),
    system,
    log: (each) => mailed.push(each),
    transcript: () => () => undefined,
  });
  const status = await serve(system, relay);
  return { status, heard: heard(), mailed };
}

/** The same in front of a relay that takes everything but recipients at `refused.example`; gives the messages it was sent. */
export async function converseAlone(
  pieces: readonly string[],
  limit = Number.POSITIVE_INFINITY,
): Promise<{ status: number; heard: string[]; sent: string[] }> {
  const sent: string[] = [];
  const { system, heard } = clientOf(pieces, {});
  const status = await serve(system, rememberingRelay(sent, limit));
  return { status, heard: heard(), sent };
}

function rememberingRelay(sent: string[], limit: number): Relay {
  return {
    begin: () => ({
      recipient: async ({ recipient }) =>
        recipient.endsWith('@refused.example') ? ours(550, '5.1.1', 'no') : ours(250, '2.1.5', 'yes'),
      sizeLimit: () => limit,
      file: () => undefined,
      send: async (message: Message) => {
        sent.push(textOf(message));
        return ours(250, '2.0.0', 'queued');
      },
      abandon: () => undefined,
    }),
    close: async () => undefined,
  };
}

function clientOf(pieces: readonly string[], changes: Partial<System>) {
  let said = '';
  const system = fakeSystem({
    async *liveInput() {
      for (const piece of pieces) yield Buffer.from(piece, 'latin1');
    },
    say: async (text) => {
      said += text;
    },
    ...changes,
  });
  return { system, heard: () => said.split('\r\n').slice(0, -1) };
}

/** Replies of one line, or the last lines of longer ones: one for each command. */
export function repliesIn(heard: readonly string[]): string[] {
  return heard.filter((line) => /^\d{3}(?: |$)/.test(line));
}

export function codesIn(heard: readonly string[]): number[] {
  return repliesIn(heard).map((line) => Number(line.slice(0, 3)));
}
