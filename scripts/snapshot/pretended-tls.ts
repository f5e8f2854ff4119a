/**
 * What node:tls takes for a TLS connection while the snapshot is made: everything passes in clear, to a hub in the same build, and what
 * is asked of the connection has an answer. So the program and node:tls compile all that a message with TLS needs, although no real
 * one may be there when the snapshot is taken. In a process that starts from the snapshot this throws.
 */
import { startupSnapshot } from 'node:v8';

/** A native stream of Node, as node:net uses it. */
interface Handle {
  onread: (this: unknown, octets?: ArrayBuffer) => void;
  [name: string]: unknown;
}

/** Calls that go on to the stream itself. */
const passed = [
  'readStop',
  'shutdown',
  'writeBuffer',
  'writev',
  'writeLatin1String',
  'writeUtf8String',
  'writeAsciiString',
];

const answers: Readonly<Record<string, unknown>> = {
  verifyError: null,
  getALPNNegotiatedProtocol: false,
  getEphemeralKeyInfo: {},
  exportKeyingMaterial: Buffer.alloc(32),
  getProtocol: 'TLSv1.3',
  getServername: false,
  isSessionReused: false,
  getPeerCertificate: { subject: 'CN=hub', subjectaltname: 'IP Address:127.0.0.1', raw: Buffer.alloc(0) },
};

/** Done without anything to do, and without an answer. */
const ignored = [
  'destroySSL',
  'enableCertCb',
  'enableSessionCallbacks',
  'getCertificate',
  'getCipher',
  'getFinished',
  'getPeerFinished',
  'getPeerX509Certificate',
  'getSession',
  'getTLSTicket',
  'setALPNProtocols',
  'setServername',
  'setSession',
  'setVerifyMode',
];

/** `methods` are those that node:tls has added to all its connections. */
export function pretendedTls(handle: Handle, methods: object): object {
  if (!startupSnapshot.isBuildingSnapshot()) throw new Error('Cannot pretend TLS: this is a process of its own');
  const pretended: Record<string, unknown> = Object.assign(Object.create(methods), {
    isStreamBase: true,
    start() {
      // node:tls has set both by then.
      handle.onread = (octets) => Reflect.apply(pretended.onread as Handle['onread'], pretended, [octets]);
      setImmediate(() => (pretended.onhandshakedone as () => void)());
    },
  });
  for (const name of passed)
    pretended[name] = (...words: unknown[]) => Reflect.apply(Object(handle[name]), handle, words);
  for (const [name, answer] of Object.entries(answers)) pretended[name] = () => answer;
  for (const name of ignored) pretended[name] = () => undefined;
  return pretended;
}
