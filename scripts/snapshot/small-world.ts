/**
 * A file system of our own for as long as a message is sent at build time: every path leads below one directory, and standard input
 * to a file there. So the snapshot holds nothing of the machine that builds, and the machine's log gets no line. Where the program would
 * start a process, one is started that does nothing.
 */
import childProcess, { type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';

/** Random octets are the one thing that must come from outside. */
const real: ReadonlySet<unknown> = new Set(['/dev/urandom']);

type Change = [object: object, name: string, value: unknown];

/** Leads there until the function that is given back is called, which waits for processes. `input` is opened in place of standard input. */
export function enterSmallWorld(directory: string, input: string): () => Promise<void> {
  const place = (path: unknown) => (typeof path === 'string' && !real.has(path) ? `${directory}${path}` : path);
  const standardInput = fs.openSync(`${directory}${input}`, 'r');
  const file = (descriptor: unknown) => (descriptor === 0 ? standardInput : descriptor);
  // Whatever else is in `fs` loads more of Node when it is looked at.
  const names = Object.keys(fs).filter((name) => name.endsWith('Sync'));
  const led = names.map((name): Change => {
    const call = Reflect.get(fs, name) as (...words: unknown[]) => unknown; // no two of these functions have the same type
    const isRename = name === 'renameSync' || name === 'linkSync';
    return [
      fs,
      name,
      (one: unknown, two: unknown, ...more: unknown[]) => call(file(place(one)), isRename ? place(two) : two, ...more),
    ];
  });
  const { spawn } = childProcess;
  const started: { child: ChildProcess; end: Promise<unknown> }[] = [];
  const idle = (_program: string, _words: readonly string[], options: SpawnOptions) => {
    const child = spawn('/proc/self/exe', ['--version'], options);
    started.push({ child, end: once(child, 'exit') });
    return child;
  };
  const restored = change([...led, [os, 'hostname', () => 'here.example'], [childProcess, 'spawn', idle]]);
  return async () => {
    change(restored);
    fs.closeSync(standardInput);
    for (const { child } of started) child.ref();
    await Promise.all(started.map(({ end }) => end));
  };
}

/** Gives the changes that undo these. */
function change(changes: readonly Change[]): Change[] {
  return changes.map(([object, name, value]) => {
    const before = Reflect.get(object, name);
    Reflect.set(object, name, value);
    return [object, name, before];
  });
}
