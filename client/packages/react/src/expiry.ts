import type { SessionExpiring } from '@coatcheck/client/events';

/** The last warning that the session is expiring; one for all components under a provider. */
export interface LastWarning {
  get(): SessionExpiring | undefined;
  subscribe(listener: () => void): () => void;
  become(warning: SessionExpiring | undefined): void;
}

export function lastWarning(): LastWarning {
  const listeners = new Set<() => void>();
  let warning: SessionExpiring | undefined;
  return {
    get: () => warning,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    become(next) {
      warning = next;
      for (const listener of [...listeners]) {
        listener();
      }
    },
  };
}
