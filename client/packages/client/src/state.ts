import type { SessionDocument } from './documents.ts';
import type { SessionEnd, Snapshot } from './types.ts';

/** A position in the order in which requests began and sessions changed. */
export type Moment = number;

/**
 * What is known about the session, and the rule by which answers change it: an answer counts only if its request began
 * after the last sign-in or sign-out (a "turn") and after the request of the last answer that counted.
 */
export interface SessionState {
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  /** A request begins. */
  begin(): Moment;
  isOutdated(moment: Moment): boolean;
  /** Whether the API has said who is signed in, asked after this moment. */
  isKnownSince(moment: Moment): boolean;
  /** Somebody signed in or out, here or in another tab: no answer to an earlier request counts any more. */
  turn(): Moment;
  signedIn(moment: Moment, document: SessionDocument): void;
  signedOut(moment: Moment, reason: SessionEnd | 'signed-out'): void;
  /** The API could not be asked: everything stays, and says that it is old. */
  unreachable(moment: Moment): void;
  token(): string | undefined;
  /**
   * Takes a token from an answer's header, but never in exchange for one: a token that is held proves which session
   * this page shows, and another tab may have signed in as somebody else since.
   */
  offerToken(moment: Moment, token: string | null): void;
  dropToken(token: string | undefined): void;
}

export function sessionState(): SessionState {
  const listeners = new Set<() => void>();
  let snapshot: Snapshot = Object.freeze({ status: 'unknown', stale: false });
  let csrfToken: string | undefined;
  let clock = 0;
  let turnedAt = 0;
  let knownAt = 0;
  let unreachableAt = 0;

  const isOutdated = (moment: Moment) => moment < turnedAt;

  function become(next: Snapshot): void {
    if (JSON.stringify(next) === JSON.stringify(snapshot)) {
      return;
    }
    snapshot = Object.freeze(next);
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        // One listener's mistake must not reach the others, nor the caller who signed in.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  function counts(moment: Moment): boolean {
    if (isOutdated(moment) || moment < knownAt) {
      return false;
    }
    knownAt = moment;
    return true;
  }

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      // A wrapper of its own, so that the same function may be subscribed twice.
      const entry = () => listener();
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    begin: () => ++clock,
    isOutdated,
    isKnownSince: (moment) => knownAt > moment,
    turn() {
      turnedAt = ++clock;
      csrfToken = undefined;
      return turnedAt;
    },
    signedIn(moment, { user, session, csrfToken: token }) {
      if (counts(moment)) {
        csrfToken = token;
        become({ status: 'signed-in', stale: moment < unreachableAt, user, session });
      }
    },
    signedOut(moment, reason) {
      if (counts(moment)) {
        csrfToken = undefined;
        // The first reason stays: "expired" tells more than the "missing" that follows.
        become({ status: 'signed-out', stale: moment < unreachableAt, reason: snapshot.reason ?? reason });
      }
    },
    unreachable(moment) {
      if (!isOutdated(moment) && moment >= knownAt) {
        unreachableAt = moment;
        become({ ...snapshot, stale: true });
      }
    },
    token: () => csrfToken,
    offerToken(moment, token) {
      if (token && !isOutdated(moment)) {
        csrfToken ??= token;
      }
    },
    dropToken(token) {
      if (token === csrfToken) {
        csrfToken = undefined;
      }
    },
  };
}
