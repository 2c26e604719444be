import type { Coatcheck, CoatcheckError } from '@coatcheck/client';
import { createContext } from 'react';
import type { LastWarning } from './expiry.ts';

/** What the provider hands down: the client, what last went wrong with it, and whether it was warned. */
export interface CoatcheckScope {
  readonly client: Coatcheck;
  readonly failures: Failures;
  readonly warning: LastWarning;
}

/** The last failure of signing in, signing out or looking; one for all components under a provider. */
export interface Failures {
  get(): CoatcheckError | undefined;
  subscribe(listener: () => void): () => void;
  /** Forgets the last failure, runs, and remembers the next one. The promise is the caller's, failure included. */
  watch<T>(run: () => Promise<T>): Promise<T>;
}

export const CoatcheckContext = createContext<CoatcheckScope | undefined>(undefined);
