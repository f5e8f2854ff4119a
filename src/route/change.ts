/** What becomes of header fields, told to those who ask. */

import type { Address } from '../address.ts';
import type { HeaderField } from '../message/types.ts';
import type { Mapped } from './local.ts';

export type Change =
  | { readonly what: 'added' | 'removed' | 'encoded' | 'folded'; readonly field: HeaderField }
  | { readonly what: 'address'; readonly field: HeaderField; readonly from: Address; readonly mapped: Mapped };

export type Note = (change: Change) => void;
