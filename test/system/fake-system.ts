/** A System of plain values: nothing of this machine shows through. */

import type { System } from '../../src/system.ts';

/** Accounts of the fake machine, by login name. */
const accounts: Readonly<Record<string, number>> = {
  root: 0,
  daemon: 1,
  'www-data': 33,
  alice: 1000,
  bob: 1001,
};

export function fakeSystem(changes: Partial<System> = {}): System {
  return {
    programName: 'sendmail',
    environment: {},
    user: () => ({ uid: 1000, name: 'alice', fullName: 'Alice Example', home: undefined }),
    userOf: () => undefined,
    uidOf: (loginName) => (Object.hasOwn(accounts, loginName) ? accounts[loginName] : undefined),
    hostName: () => 'box.example.org',
    now: () => new Date(2026, 10, 22, 7, 5, 13),
    randomHex: (octets) => 'a1'.repeat(octets),
    outputOf: () => {
      throw new Error('no program is run in this test');
    },
    laterOutputOf: async () => {
      throw new Error('no program is run in this test');
    },
    readFile: () => {
      throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    },
    readListFile: () => {
      throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    },
    input: () => inPieces([]),
    liveInput: () => inPieces([]),
    inputIsTerminal: () => false,
    errorIsTerminal: () => false,
    outputColumns: () => undefined,
    inputWasClosed: () => false,
    tell: () => undefined,
    print: () => undefined,
    say: () => Promise.resolve(),
    interruption: () => new Promise<never>(() => undefined),
    processMark: () => '1.1.1.1',
    isRunning: () => false,
    commandLines: () => [],
    startAgain: () => undefined,
    fileToDeliver: () => undefined,
    permissionsOf: () => undefined,
    programAt: () => undefined,
    ...changes,
  };
}

async function* inPieces(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}
