/** The user database: passwd(5), and the name service for users who stand in no file. */

import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { User } from '../system.ts';
import { linesOf } from './lines.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gecos: string;
  readonly home: string;
}

/** The user who runs the program (real uid), among these or as the name service knows it. */
export function readUser(accounts: readonly Account[]): User {
  const uid = process.getuid?.() ?? 0;
  const user = userIn(accounts, uid);
  if (user) return user;
  try {
    // Users of LDAP and the like stand in no file; libuv asks the name service, which gives no GECOS field.
    const { username, homedir } = userInfo();
    return { uid, name: username, fullName: '', home: homedir };
  } catch {
    return { uid, name: `uid${uid}`, fullName: '', home: undefined };
  }
}

export function userIn(accounts: readonly Account[], uid: number): User | undefined {
  const account = accounts.find((candidate) => candidate.uid === uid);
  return account && { uid, name: account.name, fullName: fullNameIn(account), home: account.home };
}

/** A user who stands in no file, as the name service knows it (LDAP, systemd's dynamic users). */
export function userFromNameService(uid: number): User | undefined {
  const { stdout } = spawnSync('getent', ['passwd', String(uid)], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 10_000,
    encoding: 'utf8',
  });
  return userIn(accountsIn((stdout ?? '').split('\n')), uid);
}

/** The accounts in passwd(5); a system without the file has no accounts. */
export function readAccounts(): Account[] {
  return accountsIn(linesOf('/etc/passwd'));
}

function accountsIn(lines: readonly string[]): Account[] {
  return lines.flatMap((line) => {
    const [name, , uid, , gecos, home] = line.split(':');
    return name && uid && gecos !== undefined && home !== undefined ? [{ name, uid: Number(uid), gecos, home }] : [];
  });
}

/** The part of the GECOS field before the first comma, where `&` stands for the login name with a capital (finger(1)). */
function fullNameIn({ gecos, name }: Account): string {
  const [fullName = ''] = gecos.split(',');
  return fullName.replaceAll('&', name.charAt(0).toUpperCase() + name.slice(1)).trim();
}
