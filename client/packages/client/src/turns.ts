import { withDeadline } from './deadline.ts';
import { isForgeryRefusal, parseSession, sessionEnd } from './documents.ts';
import { isCoatcheckError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Looks } from './looks.ts';
import type { Outgoing } from './outgoing.ts';
import type { SessionState } from './state.ts';
import type { TabMessage } from './tabs.ts';
import type { Coatcheck, Snapshot } from './types.ts';
import { textOf, type Wire } from './wire.ts';

/** Signing in and out: one after the other, and each ends what began before it. */
export interface Turns extends Pick<Coatcheck, 'login' | 'logout'> {
  /** The session has been ended by this client's own doing. */
  ended(): void;
}

export interface TurnsOptions {
  readonly timeoutMs: number;
  readonly tell: (message: TabMessage) => void;
  /** A POST to one of Coatcheck's own endpoints. */
  readonly post: (path: string, body?: object) => Outgoing;
}

export function sessionTurns(
  state: SessionState,
  wire: Wire,
  looks: Looks,
  exchange: Exchange,
  { timeoutMs, tell, post }: TurnsOptions,
): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let leaving: Promise<void> | undefined;

  function next<T>(caller: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const mine = last.then(() => {
      caller?.throwIfAborted();
      return withDeadline(timeoutMs, caller, run).catch((error) => {
        if (!isCoatcheckError(error) || error.status === 0 || error.code === 'response-malformed') {
          // Nobody knows whether it has happened.
          state.unreachable(state.turn());
        }
        throw error;
      });
    });
    last = mine.catch(() => {});
    return mine;
  }

  async function signIn(credentials: object, signal: AbortSignal): Promise<Snapshot> {
    const out = post('/login', credentials);
    let answer = await wire.attempt(out, signal);
    if (isForgeryRefusal(answer.problem)) {
      await looks.haveToken();
      answer = await wire.attempt(out, signal);
    }
    state.signedIn(state.turn(), parseSession(await textOf(answer)));
    tell('login');
    return state.getSnapshot();
  }

  async function signOut(signal: AbortSignal): Promise<void> {
    const answer = await exchange(post('/logout'), signal);
    if (sessionEnd(answer.problem) === undefined) {
      await textOf(answer);
    }
    ended();
  }

  function ended(): void {
    state.signedOut(state.turn(), 'signed-out');
    tell('logout');
  }

  return {
    ended,
    login({ username, password, deviceName }, { signal } = {}) {
      // A sign-out that is asked for from here on is another one.
      leaving = undefined;
      return next(signal, (ending) => signIn({ username, password, deviceName }, ending));
    },
    logout({ signal } = {}) {
      leaving ??= next(undefined, signOut);
      const shared = leaving;
      const forget = () => {
        leaving = leaving === shared ? undefined : leaving;
      };
      shared.then(forget, forget);
      return withDeadline(Number.POSITIVE_INFINITY, signal, () => shared);
    },
  };
}
