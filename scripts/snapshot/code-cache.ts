/**
 * Takes code out of a snapshot that the program never runs. Node puts the compiled code of all its modules behind the heap, 3 MB, and
 * copies all of it at each start; only modules that are loaded later are ever looked for there.
 *
 * What is read and written here is Node's format for single executable applications (src/node_sea.cc), which has no other reader, so
 * the slightest deviation is an error. Numbers are 8 octets, little endian; a text or blob stands behind its length:
 *
 *     application = magic (4) flags (4) extension (1) path snapshot rest
 *     snapshot    = heap count { name code }          until its end
 */

const headLength = 4 + 4 + 1;
const numberLength = 8;
/** V8's mark at the start of compiled code, and the longest name of a module. */
const codeMagic = 0xc0de0689;
const longestName = 100;
const mostModules = 1000;

/** The application with the code of these modules only. Throws when it has another form. */
export function withCodeOf(modules: ReadonlySet<string>, application: Buffer): Buffer {
  const path = blobAt(application, headLength);
  const snapshot = blobAt(application, path.end);
  const { start, entries } = codeIn(snapshot.content);
  const kept = entries.filter(({ name }) => modules.has(name));
  const shortened = Buffer.concat([
    snapshot.content.subarray(0, start),
    number(kept.length),
    ...kept.map(({ all }) => all),
  ]);
  return Buffer.concat([
    application.subarray(0, path.end),
    number(shortened.length),
    shortened,
    application.subarray(snapshot.end),
  ]);
}

interface Entry {
  readonly name: string;
  readonly all: Buffer;
}

/** Nothing says where the heap ends: it is where a count is followed by so many modules, and then by nothing. */
function codeIn(snapshot: Buffer): { start: number; entries: Entry[] } {
  for (let at = snapshot.indexOf(codeMagicOctets); at !== -1; at = snapshot.indexOf(codeMagicOctets, at + 1)) {
    // In front of the first code stand the count, the length of its name, the name, and the length of the code.
    for (let length = 1; length <= longestName; length++) {
      const start = at - numberLength - length - 2 * numberLength;
      if (start < 0 || numberAt(snapshot, start + numberLength) !== length) continue;
      const entries = entriesFrom(snapshot, start);
      if (entries !== undefined) return { start, entries };
    }
  }
  throw new Error('Cannot shorten the snapshot: it does not end in compiled code');
}

const codeMagicOctets = Buffer.alloc(4);
codeMagicOctets.writeUInt32LE(codeMagic);

function entriesFrom(snapshot: Buffer, start: number): Entry[] | undefined {
  const count = numberAt(snapshot, start);
  if (count > mostModules) return undefined;
  const entries: Entry[] = [];
  let at = start + numberLength;
  while (entries.length < count) {
    const from = at;
    if (at + numberLength > snapshot.length || numberAt(snapshot, at) > longestName) return undefined;
    const name = blobAt(snapshot, at);
    if (name.end + numberLength > snapshot.length) return undefined;
    at = name.end + numberLength + numberAt(snapshot, name.end);
    entries.push({ name: name.content.toString('latin1'), all: snapshot.subarray(from, at) });
  }
  return at === snapshot.length ? entries : undefined;
}

function blobAt(octets: Buffer, at: number): { content: Buffer; end: number } {
  const start = at + numberLength;
  const end = start + numberAt(octets, at);
  if (end > octets.length) throw new Error('Cannot shorten the snapshot: it has another form than expected');
  return { content: octets.subarray(start, end), end };
}

function numberAt(octets: Buffer, at: number): number {
  return Number(octets.readBigUInt64LE(at));
}

function number(value: number): Buffer {
  const octets = Buffer.alloc(numberLength);
  octets.writeBigUInt64LE(BigInt(value));
  return octets;
}
