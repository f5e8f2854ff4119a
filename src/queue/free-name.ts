/** A name in the queue that no file has. */

import { lstatSync } from 'node:fs';
import { type EntryName, nameText } from './entry-name.ts';

/** The same with a later time, where that name is taken. */
export function freeName(place: string, wanted: EntryName): EntryName {
  let name = wanted;
  while (lstatSync(`${place}/${nameText(name)}`, { throwIfNoEntry: false })) name = { ...name, due: name.due + 1 };
  return name;
}
