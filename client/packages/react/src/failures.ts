import { type CoatcheckError, isCoatcheckError } from '@coatcheck/client';
import type { Failures } from './context.ts';

export function lastFailure(): Failures {
  const listeners = new Set<() => void>();
  let failure: CoatcheckError | undefined;
  let latest = 0;

  function become(next: CoatcheckError | undefined): void {
    if (failure !== next) {
      failure = next;
      for (const listener of [...listeners]) {
        listener();
      }
    }
  }

  return {
    get: () => failure,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async watch(run) {
      const mine = ++latest;
      become(undefined);
      try {
        return await run();
      } catch (error) {
        // A caller who gave up is no failure, and an older attempt's failure is no news.
        if (mine === latest && isCoatcheckError(error)) {
          become(error);
        }
        throw error;
      }
    },
  };
}
