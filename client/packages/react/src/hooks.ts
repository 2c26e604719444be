import type { Coatcheck, CoatcheckError, Snapshot } from '@coatcheck/client';
import type { SessionExpiring } from '@coatcheck/client/events';
import { useCallback, useContext, useSyncExternalStore } from 'react';
import { CoatcheckContext, type CoatcheckScope } from './context.ts';

/** What is known about the session, and how to change it. Narrow by `status`. */
export type UseSession = Snapshot & {
  readonly login: Coatcheck['login'];
  readonly logout: Coatcheck['logout'];
  /** Asks the API again. */
  readonly refresh: Coatcheck['session'];
  /**
   * Why the last `login`, `logout`, `refresh` or first look failed, until the next one. The promises reject with it,
   * too.
   */
  readonly error: CoatcheckError | undefined;
};

// A server renders for everybody, so it knows nobody.
const ON_THE_SERVER: Snapshot = Object.freeze({ status: 'unknown', stale: false });

/** The client of the nearest provider: for `fetch` and `sessions`. */
export function useCoatcheck(): Coatcheck {
  return useScope().client;
}

/** Who is signed in, always as it is now; the component renders again when that changes. */
export function useSession(): UseSession {
  const { client, failures } = useScope();
  const snapshot = useSyncExternalStore(client.subscribe, client.getSnapshot, () => ON_THE_SERVER);
  const error = useSyncExternalStore(failures.subscribe, failures.get, () => undefined);
  const login = useCallback<Coatcheck['login']>(
    (...args) => failures.watch(() => client.login(...args)),
    [client, failures],
  );
  const logout = useCallback<Coatcheck['logout']>(
    (...args) => failures.watch(() => client.logout(...args)),
    [client, failures],
  );
  const refresh = useCallback<Coatcheck['session']>(
    (...args) => failures.watch(() => client.session(...args)),
    [client, failures],
  );
  return { ...snapshot, login, logout, refresh, error };
}

/**
 * The warning that the session is about to expire, until it was used again or is over. Needs `<CoatcheckProvider events>`.
 */
export function useSessionExpiry(): SessionExpiring | undefined {
  const { client, warning } = useScope();
  const { session } = useSyncExternalStore(client.subscribe, client.getSnapshot, () => ON_THE_SERVER);
  const last = useSyncExternalStore(warning.subscribe, warning.get, () => undefined);
  const holds = last !== undefined && session?.id === last.id;
  return holds && Date.parse(session.idleExpiresAt) <= Date.parse(last.expiresAt) ? last : undefined;
}

function useScope(): CoatcheckScope {
  const scope = useContext(CoatcheckContext);
  if (scope === undefined) {
    throw new Error('No <CoatcheckProvider client={…}> stands above this component');
  }
  return scope;
}
