/** Whose turn it is to speak in a session: a transaction begins when the one before has said all it has to say. */

import type { Stage } from './trouble.ts';

export interface Floor {
  /** Resolves when the transactions before have said their last word. */
  take(): Promise<Turn>;
  /** Whose transaction the hub may be in the middle of: RSET is to be said before the next. */
  open: Turn | undefined;
}

/** One transaction's. */
export interface Turn {
  /** How far it has come. */
  stage: Stage;
  /** Its first words have been said: should it break off before the hub has answered, nobody else can use the session. */
  hasSpoken: boolean;
  /** It has nothing more to say; to be called at its end in any case, and more than once does no harm. */
  pass(): void;
}

export function floorOf(): Floor {
  let last: Promise<void> = Promise.resolve();
  return {
    open: undefined,
    async take() {
      const before = last;
      let pass = () => {};
      last = new Promise((resolve) => {
        pass = resolve;
      });
      await before;
      return { stage: 'sender', hasSpoken: false, pass };
    },
  };
}
