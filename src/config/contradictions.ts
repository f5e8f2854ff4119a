/** Keys that mean nothing beside others, or without them: what is odd about a configuration that can be used. */

import type { Values } from './collect.ts';
import type { Places } from './derive.ts';
import type { KeyName } from './keys.ts';
import { secretKeys } from './together.ts';
import type { HubAddress, Tls } from './types.ts';

export const unencrypted = 'nothing is encrypted without UseSTARTTLS=YES or UseTLS=YES';

export function contradictionsIn(
  values: Values,
  { tls, mailhub, places, hasSecret }: { tls: Tls; mailhub: HubAddress; places: Places; hasSecret: boolean },
): string[] {
  const rules: { readonly key: KeyName; readonly holds: boolean; readonly says: string }[] = [
    ...(['MinTLS', 'TLSCiphers'] as const).map((key) => ({
      key,
      holds: tls === 'none',
      says: `Cannot use ${key}: ${unencrypted}`,
    })),
    ...secretKeys.map((key) => ({
      key,
      holds: values[key] !== undefined && values.AuthUser === undefined,
      says: `Cannot use ${key}: there is no login without AuthUser=`,
    })),
    {
      key: 'AuthUser',
      holds: values.AuthUser !== undefined && !hasSecret && values.AuthMethod !== 'EXTERNAL',
      says: 'Cannot use AuthUser without a password: no AuthPass=, AuthPassFile= or AuthPassCommand= names one, and systemd gives none',
    },
    {
      key: 'RemotePort',
      holds: values.RemotePort !== undefined && ![undefined, values.RemotePort].includes(values.mailhub.port),
      says: `Cannot use RemotePort and the port in mailhub: the later of them, ${mailhub.port}, is used`,
    },
    {
      key: 'UseSTARTTLS',
      holds: tls === 'starttls' && mailhub.port === 465,
      says: 'Cannot expect STARTTLS on port 465: servers begin TLS at once there, so write UseSTARTTLS=NO and UseTLS=YES',
    },
    ...(['TLSCert', 'TLSKey', 'TLSKeyPass', 'TLSKeyPassFile', 'TLSKeyPassCommand'] as const).map((key) => ({
      key,
      holds: !values.UseTLSCert,
      says: `Cannot use ${key}: it takes effect only with UseTLSCert=YES`,
    })),
  ];
  return rules.flatMap(({ key, holds, says }) => {
    const at = places.get(key);
    return at && holds ? [`${at.place}: ${says}`] : [];
  });
}
