/** A session with the hub, ready for transactions: connected, encrypted and logged in as the plan says. */

import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { Failure } from '../failure.ts';
import { once } from '../once.ts';
import { channelBindingOf } from './channel-binding.ts';
import { needsPassphrase } from './client-certificate.ts';
import { addressLiteralOf } from './client-name.ts';
import { wayTo } from './connect.ts';
import { connectionClosed, HubConnection } from './connection.ts';
import { type Floor, floorOf } from './floor.ts';
import { chooseMechanism, concealPassword, loginHandlers } from './login.ts';
import type { Plan } from './plan.ts';
import { presentedIn } from './presented.ts';
import { stopwatch } from './stopwatch.ts';
import { type Resumption, resumptionFor, type Tickets, trustOf } from './tickets.ts';
import { checkPins, refusePinsInClear, tlsOptions, withContext } from './tls.ts';
import { isBusy } from './trouble.ts';
import { type Watch, watchOver } from './watch.ts';

export interface Session {
  readonly plan: Plan;
  readonly connection: HubConnection;
  readonly watch: Watch;
  readonly floor: Floor;
}

/** For whoever looks on: where the socket comes from, and the session as soon as there is one, before anything is said. */
export interface View {
  /** Work that can be done while the hub is being connected to; it may be asked for again. */
  readonly meanwhile?: () => void;
  readonly connect?: (plan: Plan) => Promise<Socket>;
  readonly begun?: (session: Session) => void;
  /** What earlier sessions have left, and where this one leaves the same. */
  readonly tickets?: Tickets;
}

/** Milliseconds until a hub that does not even take QUIT is left alone. */
const farewellTimeout = 1000;

/**
 * `transcript` is called with each line of the dialogue, secrets masked. Throws Failure; nothing stays open then. A refused login is
 * tried once more when its secret comes from where there may be a newer one.
 */
export async function openSession(plan: Plan, transcript: (line: string) => void, view: View = {}): Promise<Session> {
  const forget = plan.login?.pass.forget;
  const elapsed = stopwatch();
  refusePinsInClear(plan);
  // Whatever keeps the secret is asked before the hub is kept waiting; and what it says against it is told as it is.
  await readSecrets(plan);
  const used = plan.login?.pass();
  try {
    return await openOnce(plan, transcript, view);
  } catch (error) {
    if (!forget || !used || !(error instanceof Failure) || error.kind !== 'login') throw error;
    // Another session that was refused may have asked for a newer one already.
    if (plan.login?.pass().equals(used)) forget();
    await readSecrets(plan);
    const deliveryTimeout = plan.deliveryTimeout - elapsed();
    if (plan.login?.pass().equals(used) || deliveryTimeout <= 0) throw error;
    const session = await openOnce({ ...plan, deliveryTimeout }, transcript, view);
    return { ...session, plan };
  }
}

/** Programs that print them take their time: signals and deadlines go on meanwhile. */
async function readSecrets(plan: Plan): Promise<void> {
  await plan.login?.pass.ready?.();
  if (plan.tls !== 'none' && needsPassphrase(plan)) await plan.keyPass?.ready?.();
}

async function openOnce(plan: Plan, transcript: (line: string) => void, view: View): Promise<Session> {
  const elapsed = stopwatch();
  const options = plan.tls === 'none' ? undefined : tlsOptions(plan);
  const tls = once(() => (options ? withContext(options, plan) : {}));
  const prepare = () => {
    tls();
    view.meanwhile?.();
  };
  const { tickets } = view;
  const resumption = tickets && options ? () => resumptionFor(tickets, trustOf(plan, options)) : () => undefined;
  let way = wayTo(plan);
  let busy: Failure | undefined;
  for (;;) {
    const socket = await (view.connect?.(plan) ?? way.connect(prepare)).catch((error: unknown) => {
      throw busy ?? error;
    });
    const watch = watchOver(plan, transcript);
    if (plan.login) concealPassword(plan.login, watch);
    watch.hurry(plan.deliveryTimeout - elapsed());
    const resuming = resumption();
    const connection = connectionOver(socket, { plan, tls: tls(), watch, resuming });
    const session = { plan, watch, floor: floorOf(), connection };
    view.begun?.(session);
    try {
      await watch.guard(settled((done) => connection.connect(done)));
      checkPins(connection.certificate, plan);
      resuming?.verified(connection.certificate);
      await logIn(session);
      return session;
    } catch (error) {
      const isOfTicket = resuming?.ticket !== undefined && connection.upgrading === true;
      await closeSession(session);
      if (elapsed() >= plan.deliveryTimeout) throw error;
      // A hub that cannot do anything with a ticket is not asked to, and is no worse for it.
      if (isOfTicket) {
        resuming.forget();
        way = wayTo(plan);
        continue;
      }
      // Behind another address of the hub there may be a machine that has time.
      if (watch.isGreeted() || !isBusy(error) || !way.hasMore()) throw error;
      busy = error;
    }
  }
}

/**
 * RFC 5321 §4.1.1.10 asks for QUIT; the answer changes nothing, so nobody waits for it, and our side is closed behind it. A hub
 * that is not waiting for a command, because something went wrong half-way, is left without a word. Resolves when QUIT is on its
 * way: the program may end then.
 */
export async function closeSession({ connection, watch }: Session): Promise<void> {
  watch.end();
  const socket = connection._socket;
  if (!connection.isWaiting() || !socket) return connection.close();
  connection.quit();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, farewellTimeout);
    socket.end(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function connectionOver(
  socket: Socket,
  {
    plan,
    tls,
    watch,
    resuming,
  }: { plan: Plan; tls: ConnectionOptions; watch: Watch; resuming: Resumption | undefined },
): HubConnection {
  const never = 2 ** 31 - 1; // The watch keeps the deadlines, step by step; nodemailer's would end a slow session as a whole.
  const options: SMTPConnectionOptions = {
    // The name that SNI and the certificate have: no dot ends it there (RFC 6066 §3).
    host: plan.host.replace(/\.$/, ''),
    port: plan.port,
    connection: socket,
    name: plan.clientName ?? addressLiteralOf(socket.localAddress),
    secure: plan.tls === 'implicit',
    requireTLS: plan.tls === 'starttls',
    ignoreTLS: plan.tls === 'none',
    tls: { ...tls, ...(resuming?.ticket && { session: resuming.ticket.session }) },
    connectionTimeout: never,
    greetingTimeout: never,
    socketTimeout: never,
    maxResponseSize: 64 * 1024,
    logger: watch.logger,
    transactionLog: true,
    ...(plan.login && {
      customAuth: namedForNodemailer(
        loginHandlers(plan.login, plan, watch, () => channelBindingOf(connection._socket, connection.certificate)),
      ),
    }),
  };
  const connection: HubConnection = new HubConnection(options, plan.discarded);
  connection.left = resuming?.left;
  connection.known = resuming?.ticket?.certificate;
  connection.saw = (certificate) => watch.saw(() => presentedIn(certificate));
  // What the hub said before is judged first, which may take a turn (`hasGivenAll`).
  connection.on('error', (error) => inTwoTurns(() => watch.fail(error)));
  // Whoever waits for an answer behind a 421 would wait in vain.
  connection.on('end', () => inTwoTurns(() => watch.fail(connectionClosed())));
  return connection;
}

function inTwoTurns(act: () => void): void {
  setImmediate(() => setImmediate(act));
}

async function logIn({ connection, plan, watch }: Session): Promise<void> {
  const { login } = plan;
  if (!login) return;
  const offered = connection.capabilities().get('AUTH') ?? [];
  const canBind = channelBindingOf(connection._socket, connection.certificate) !== undefined;
  const method = chooseMechanism(offered, { login, secure: connection.secure, plan, canBind });
  await watch.guard(settled((done) => connection.login({ method: ours(method), user: login.user }, done)));
}

/** In place of XOAUTH2 nodemailer takes the first mechanism that it knows, which would get the token; so none goes by a name it knows. */
const ours = (mechanism: string) => `ours, ${mechanism}`;

function namedForNodemailer<Handler>(handlers: Readonly<Record<string, Handler>>): Record<string, Handler> {
  return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [ours(name), handler]));
}

/** nodemailer's callbacks as a promise. */
function settled(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
