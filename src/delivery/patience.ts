/** What a signal may interrupt: everything until a hub has the whole message; then its answer is waited for, as long as that can last. */

/** Milliseconds; below what service managers wait before they kill. */
const patience = 10_000;

/** Gives what the work gives, or rejects as `stop` does; while `isDecisive`, only when the work has not ended soon after. */
export async function unlessStopped<T>(work: Promise<T>, stop: Promise<never>, isDecisive: () => boolean): Promise<T> {
  try {
    return await Promise.race([work, stop]);
  } catch (error) {
    if (!isDecisive()) throw error;
    return await Promise.race([work, rejectingLater(error)]);
  }
}

function rejectingLater(error: unknown): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(error), patience).unref();
  });
}
