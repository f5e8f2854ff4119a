/** Every part of the program that reads what strangers write. */

import type { Target } from './target.ts';
import { address } from './targets/address.ts';
import { aliases } from './targets/aliases.ts';
import { config } from './targets/config.ts';
import { dialogue } from './targets/dialogue.ts';
import { header } from './targets/header.ts';
import { login } from './targets/login.ts';
import { reply } from './targets/reply.ts';
import { spool } from './targets/spool.ts';

export const targets: readonly Target[] = [reply, login, config, aliases, header, address, dialogue, spool];
