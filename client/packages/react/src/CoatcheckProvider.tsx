import type { Coatcheck } from '@coatcheck/client';
import { type ReactNode, useEffect, useMemo } from 'react';
import { CoatcheckContext } from './context.ts';
import { lastFailure } from './failures.ts';

export interface CoatcheckProviderProps {
  /** Made once, outside of components: `createCoatcheck({ baseUrl })`. */
  readonly client: Coatcheck;
  readonly children?: ReactNode;
}

/** Hands the client to the components below, and asks the API once who is signed in. */
export function CoatcheckProvider({ client, children }: CoatcheckProviderProps) {
  const scope = useMemo(() => ({ client, failures: lastFailure() }), [client]);
  useEffect(() => {
    // Effects run twice in StrictMode: the client asks once for all who wait.
    if (client.getSnapshot().status === 'unknown') {
      scope.failures.watch(() => client.session()).catch(() => {});
    }
  }, [client, scope]);
  return <CoatcheckContext.Provider value={scope}>{children}</CoatcheckContext.Provider>;
}
