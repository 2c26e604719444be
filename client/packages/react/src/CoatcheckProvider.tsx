import type { Coatcheck } from '@coatcheck/client';
import { watchSession } from '@coatcheck/client/events';
import { type ReactNode, useEffect, useMemo } from 'react';
import { CoatcheckContext } from './context.ts';
import { lastWarning } from './expiry.ts';
import { lastFailure } from './failures.ts';

export interface CoatcheckProviderProps {
  /** Made once, outside of components: `createCoatcheck({ baseUrl })`. */
  readonly client: Coatcheck;
  /**
   * Whether to listen to the API's events, so that a session that ends anywhere is shown at once, and
   * `useSessionExpiry` knows. Another path than `/auth/events` as a text. Default `false`.
   */
  readonly events?: boolean | string | undefined;
  readonly children?: ReactNode;
}

/** Hands the client to the components below, and asks the API once who is signed in. */
export function CoatcheckProvider({ client, events = false, children }: CoatcheckProviderProps) {
  const scope = useMemo(() => ({ client, failures: lastFailure(), warning: lastWarning() }), [client]);
  useEffect(() => {
    // Effects run twice in StrictMode: the client asks once for all who wait.
    if (client.getSnapshot().status === 'unknown') {
      scope.failures.watch(() => client.session()).catch(() => {});
    }
  }, [client, scope]);
  useEffect(() => {
    if (events === false) {
      return undefined;
    }
    return watchSession(client, {
      ...(typeof events === 'string' && { path: events }),
      onExpiring: scope.warning.become,
    });
  }, [client, events, scope]);
  return <CoatcheckContext.Provider value={scope}>{children}</CoatcheckContext.Provider>;
}
