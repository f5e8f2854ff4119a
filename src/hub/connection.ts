/** nodemailer's SMTP connection, the one door to it: greeting, EHLO, TLS and login are its work, transactions are ours. */

import type { Socket } from 'node:net';
import SmtpConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { onceSecure } from './once-secure.ts';
import { parseReply } from './reply.ts';

/** The private members that are touched; a contract test asserts each against the pinned version. */
interface Internals {
  /** The lines of the last EHLO reply without codes and greeting; absent after HELO. */
  _ehloLines?: string[];
  /** Who gets the next replies, in order. */
  _responseActions: ((reply: string) => void)[];
  /** Replies that have come and wait for their turn, one per turn of the event loop. */
  _responseQueue: string[];
  _sendCommand(command: string): void;
  _processResponse(): void;
  /** What the hub has said of a line that is not at its end yet. */
  _remainder: string;
  /** Starts TLS on the socket. */
  _upgradeConnection(done: (error?: Error | null) => void): void;
  /** TLS begins with the connection. */
  readonly secureConnection: boolean;
  _onData(chunk: Buffer): void;
  _onResponseTooLarge(): void;
  _onEnd(): void;
  _onClose(): void;
  _onError(error: Error, code: string, response: string | false, command: string): void;
  _actionEHLO(reply: string): void;
  /** The TLS handshake is under way. */
  upgrading?: boolean;
}

/** A command, and the octets that follow it in the same write. */
export interface Part {
  readonly command: string;
  readonly octets?: Buffer;
}

/** Replies that answer nothing, empty lines among them, that a hub may have under way. */
const maximumUnasked = 1000;

const injected = 'it says more than it was asked before TLS begins';

// nodemailer's own types leave its private members out; the contract test stands in for the compiler here.
const Base = SmtpConnection as unknown as new (options: SMTPConnectionOptions) => SmtpConnection & Internals;

/**
 * A connection that can be asked single commands. Its promises wait for ever when the hub vanishes: the 'error' event and the
 * watch's deadlines end the wait.
 */
export class HubConnection extends Base {
  /** Is told the certificate (DER) that the hub shows, before anybody judges it. */
  saw: (certificate: Buffer) => void = () => undefined;
  /** The same, from then on. node:tls gives it once and not again when it is asked by getPeerX509Certificate (Node 24). */
  certificate: Buffer | undefined;
  /** Is told what a later TLS session with the same hub may begin with; undefined when nobody wants to know. */
  left: ((session: Buffer) => void) | undefined;
  /** The certificate (DER) of the session that this one begins with, for the hub shows none then. */
  known: Buffer | undefined;
  readonly #discarded: readonly string[];
  /** What ended it, unless the hub just hung up. */
  #trouble: Error | undefined;
  /** nodemailer's part is over: it asks one thing at a time, and nothing is to be said behind that. */
  #isReady = false;
  /** Octets of messages that the system has not taken yet. */
  #ungiven = 0;
  #capabilities: { readonly lines: readonly string[]; readonly found: Map<string, string[]> } | undefined;

  /** `discarded` are keywords in capitals that count as not offered. */
  constructor(options: SMTPConnectionOptions, discarded: readonly string[] = []) {
    super(options);
    this.#discarded = discarded;
    this.once('connect', () => {
      this.#isReady = true;
    });
    this.on('error', (error) => {
      this.#trouble = error;
    });
  }

  /** EHLO keywords in capitals, each with its parameters of all lines: SIZE → ["10240000"], AUTH → ["PLAIN", "LOGIN"]. */
  capabilities(): ReadonlyMap<string, readonly string[]> {
    const lines = this._ehloLines ?? [];
    // Each recipient asks for them, and a hub may say thousands.
    if (this.#capabilities?.lines !== lines) this.#capabilities = { lines, found: this.#capabilitiesIn(lines) };
    return this.#capabilities.found;
  }

  #capabilitiesIn(lines: readonly string[]): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const line of lines) {
      // Old hubs say AUTH=LOGIN, some in a line of its own beside AUTH.
      const [keyword = '', ...parameters] = line.toUpperCase().split(/[ =]+/);
      if (this.#discarded.includes(keyword)) continue;
      const known = found.get(keyword);
      if (known) known.push(...parameters);
      else found.set(keyword, parameters);
    }
    return found;
  }

  /** Sends the commands, with the octets behind them, in one write and gives the reply to each command, in order. */
  ask(parts: readonly (string | Part)[]): Promise<string>[] {
    const socket = this.openSocket();
    socket.cork();
    const replies = parts.map((part) => {
      const { command, octets } = typeof part === 'string' ? { command: part, octets: undefined } : part;
      const reply = this.nextReply();
      this._sendCommand(command);
      if (octets) this.#give(socket, octets);
      return reply;
    });
    socket.uncork();
    return replies;
  }

  /** How many replies are still to come. */
  awaited(): number {
    return this._responseActions.length;
  }

  /** True when every command has its reply, and the hub has said nothing else, so that another command may follow. */
  isWaiting(): boolean {
    return !this.destroyed && !this.upgrading && this.awaited() === 0 && this._responseQueue.length === 0;
  }

  /** A hub that says no, be it in no way of SMTP, would be asked HELO next; what is no reply ends the conversation. */
  override _actionEHLO(reply: string): void {
    if (parseReply(reply).code > 0) super._actionEHLO(reply);
    else this._onError(new Error('it does not speak SMTP'), 'EPROTOCOL', reply, 'EHLO');
  }

  /**
   * Hears what the hub has said until now, which ends the session when it is more than it was asked, but for the 421 that it may say at
   * any time (RFC 5321 §3.8): a reply that is there before its command answers something else, and so would all that follow.
   */
  refuseSurplus(): void {
    this.#hear(() => false);
  }

  /**
   * Every awaited reply is heard in the turn in which it came: nodemailer hears one per turn, and none before a partial one behind them is
   * whole, so a deadline or an error could overtake the answer to a message. A hub that never stops talking must not fill our memory.
   */
  override _onData(chunk: Buffer): void {
    super._onData(chunk);
    if (this.#isReady) this.#hearAwaited();
    if (this._responseQueue.length > this._responseActions.length + maximumUnasked) {
      this._onError(new Error('it does not stop talking'), 'EPROTOCOL', false, 'CONN');
    }
  }

  /** nodemailer drops the whole replies in front of the one that is too long. */
  override _onResponseTooLarge(): void {
    if (this.#isReady) this.#hearAwaited();
    super._onResponseTooLarge();
  }

  /**
   * What comes in clear behind the hub's 220 may be somebody else's (CVE-2011-0411 and its kin): nodemailer would drop it and go
   * on. The certificate is looked at before node:tls may destroy the socket for its sake.
   */
  override _upgradeConnection(done: (error?: Error | null) => void): void {
    if (!this.secureConnection && this._remainder + this._responseQueue.join('') !== '') {
      this._onError(new Error(injected), 'EPROTOCOL', false, 'STARTTLS');
      return;
    }
    super._upgradeConnection(done);
    if (this.left && this._socket) this._socket.on('session', this.left);
    onceSecure(this._socket, this.known, (certificate) => {
      this.certificate = certificate;
      this.saw(certificate);
    });
  }

  /**
   * After its FIN the hub says nothing more, whether or not it still reads: nodemailer would wait until our own side is closed as well,
   * which takes until a deadline when the hub does not take what is being written.
   */
  override _onEnd(): void {
    super._onEnd();
    // A handshake ends by itself: TLS tells why.
    if (!this.upgrading) this._onClose();
  }

  override _onClose(): void {
    this.#hearLast();
    super._onClose();
  }

  /** A reset may be noticed while replies still wait for their turn. */
  override _onError(error: Error, code: string, response: string | false, command: string): void {
    if (code === 'ESOCKET') this.#hearLast();
    super._onError(error, code, response, command);
  }

  /** The replies that came before the end count: nodemailer would report the end first. */
  #hearLast(): void {
    this.#hearAwaited();
    // A line without its end is no reply, neither a 250 nor a 550, as it is none to Postfix, Exim and msmtp.
    this._remainder = '';
  }

  #hearAwaited(): void {
    this.#hear(() => this.awaited() === 0);
  }

  #hear(isEnough: () => boolean): void {
    const waiting = this._responseQueue;
    let next = 0;
    while (next < waiting.length && !this.destroyed && !isEnough()) {
      // One at a time: nodemailer takes the first of a list, which moves all others.
      this._responseQueue = waiting.slice(next, next + 1);
      this._processResponse();
      // The beginning of a reply of many lines stays.
      if (this._responseQueue.length > 0) break;
      next += 1;
    }
    this._responseQueue = waiting.slice(next);
  }

  /** The reply that comes behind all those that are awaited already. */
  nextReply(): Promise<string> {
    return new Promise((resolve) => this._responseActions.push(resolve));
  }

  /** Writes octets as they are; resolves when the hub is ready for more. Without octets it waits a turn of the event loop. */
  async write(octets: Buffer): Promise<void> {
    const socket = this.openSocket();
    if (octets.length === 0) return new Promise((resolve) => setImmediate(resolve));
    // What is said behind it at once leaves in the same segment.
    socket.cork();
    process.nextTick(() => socket.uncork());
    // Not 'drain', which never comes when the connection ends first.
    const hasRoom = await new Promise<boolean>((resolve, reject) => {
      const isRoomLeft = this.#give(socket, octets, (error) =>
        error ? reject(this.#trouble ?? error) : resolve(false),
      );
      if (isRoomLeft) resolve(true);
    });
    if (hasRoom) return;
    // What the hub has said meanwhile is heard first: when it hangs up in the middle, the next write would fail, and its last word with it.
    await new Promise(setImmediate);
  }

  /**
   * Whether the system has taken all octets of messages: before that, no reply can be an answer to all of them. With TLS this may be told
   * one turn after the reply.
   */
  async hasGivenAll(): Promise<boolean> {
    if (this.#ungiven > 0) await new Promise(setImmediate);
    return this.#ungiven === 0;
  }

  /** As `socket.write`; false when the socket wants no more for now. */
  #give(socket: Socket, octets: Buffer, done: (error?: Error | null) => void = () => undefined): boolean {
    this.#ungiven += octets.length;
    return socket.write(octets, (error) => {
      if (!error) this.#ungiven -= octets.length;
      done(error);
    });
  }

  /** Throws what ended the connection: that the hub has hung up, nodemailer tells nobody when nothing was asked at that moment. */
  openSocket(): Socket {
    if (this._socket && !this.destroyed) return this._socket;
    throw this.#trouble ?? connectionClosed();
  }
}

/** As nodemailer says it. */
export function connectionClosed(): Error {
  return Object.assign(new Error('the hub closed the connection'), { code: 'ECONNECTION' });
}
