/** What a signal may interrupt: everything until a hub has the whole message; then its answer is waited for, as long as that can last. */

/** Milliseconds; below what service managers wait before they kill. */
const patience = 10_000;

interface Heard {
  readonly listeners: Set<(reason: unknown) => void>;
  /** As soon as it has come. */
  reason?: unknown;
}

/** A promise that lives as long as the process keeps whatever has ever waited for it: so one listener hears for all. */
const heard = new WeakMap<Promise<never>, Heard>();

/** Gives what the work gives, or rejects as `stop` does; while `isDecisive`, only when the work has not ended soon after. */
export async function unlessStopped<T>(work: Promise<T>, stop: Promise<never>, isDecisive: () => boolean): Promise<T> {
  const { listeners, reason } = heardOf(stop);
  let listener: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    listener = reject;
  });
  if (reason !== undefined) listener(reason);
  listeners.add(listener);
  try {
    return await Promise.race([work, stopped]);
  } catch (error) {
    if (!isDecisive()) throw error;
    return await Promise.race([work, rejectingLater(error)]);
  } finally {
    listeners.delete(listener);
  }
}

function heardOf(stop: Promise<never>): Heard {
  const known = heard.get(stop);
  if (known) return known;
  const made: Heard = { listeners: new Set() };
  heard.set(stop, made);
  stop.catch((reason: unknown) => {
    made.reason = reason;
    for (const tell of made.listeners) tell(reason);
  });
  return made;
}

function rejectingLater(error: unknown): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(error), patience).unref();
  });
}
