/** What MAIL and RCPT say to the hub for a client: its own parameters, and those of the command line where it said nothing. */

import type { Address } from '../address.ts';
import type { Options } from '../cli/options.ts';
import { returnParameters, type SenderOffer } from '../hub/commands.ts';
import { type Parameters, saidAgain } from './parameters.ts';

/** What will come is not known yet: 8-bit text, unless the client has promised that there is none. */
export function offerOf(sender: Address | '', said: Parameters, options: Options): SenderOffer {
  const size = said.get('SIZE');
  return {
    sender,
    size: size === undefined ? undefined : Number(size),
    isEightBit: said.get('BODY')?.toUpperCase() !== '7BIT',
    isInternational: said.has('SMTPUTF8'),
    notification: returnWishesOf(said, options),
  };
}

/** NOTIFY and ORCPT as the client said them; -N of the command line stands in where it said nothing of NOTIFY. */
export function wishesOf(said: Parameters, { notify }: Options): string[] {
  const own = saidAgain(said, ['NOTIFY', 'ORCPT']).map((word) =>
    word.replace(/^NOTIFY=.*/, (all) => all.toUpperCase()),
  );
  return said.has('NOTIFY') || notify === undefined ? own : [`NOTIFY=${notify}`, ...own];
}

/** RET and ENVID alike, with -R and -V. */
function returnWishesOf(said: Parameters, { returns, envelopeId }: Options): string[] {
  const [own, usual] = [
    saidAgain(said, ['RET', 'ENVID']),
    returnParameters({
      returns: said.has('RET') ? undefined : returns,
      envelopeId: said.has('ENVID') ? undefined : envelopeId,
    }),
  ];
  return [...own, ...usual];
}
