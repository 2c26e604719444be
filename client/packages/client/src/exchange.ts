import { isForgeryRefusal, isSuperseded } from './documents.ts';
import { clientError, coatcheckError, type Failure } from './errors.ts';
import type { Looks } from './looks.ts';
import type { Outgoing } from './outgoing.ts';
import type { SessionState } from './state.ts';
import type { Snapshot } from './types.ts';
import type { Answer, Wire } from './wire.ts';

/**
 * One request with the session. An unsafe one carries a CSRF token; a token that is refused is replaced, and the
 * request sent once more, if it is still the same person who is signed in and the body is still there. The same where
 * the answer says that the ticket had been rotated: it brought the current one along.
 */
export type Exchange = (out: Outgoing, signal: AbortSignal) => Promise<Answer>;

export function exchanges(state: SessionState, looks: Looks, wire: Wire): Exchange {
  async function beforeUnsafe(): Promise<void> {
    const before = state.getSnapshot();
    if (state.token() === undefined && before.status !== 'signed-out') {
      await looks.look(false);
    }
    if (before.user && isSomebodyElse(before, state.getSnapshot())) {
      throw clientError('user-changed', 'Somebody else is signed in now', {
        detail: 'Another tab signed in as somebody else; the request was not sent in their name',
      });
    }
  }

  return async (out, signal) => {
    if (!out.safe) {
      await beforeUnsafe();
    }
    const person = state.getSnapshot();
    const answer = await wire.attempt(out, signal);
    const superseded = isSuperseded(answer.problem);
    if (!superseded && (out.safe || !isForgeryRefusal(answer.problem))) {
      return answer;
    }
    if (!out.safe) {
      // A token that was good and is still held says for whom: with anybody else's ticket the API refuses it.
      const isProven = superseded ? state.token() !== undefined : state.isKnownSince(answer.moment);
      if (!isProven) {
        await looks.look(false);
      }
      if (state.getSnapshot().user?.id !== person.user?.id) {
        return answer;
      }
      await looks.haveToken();
    }
    if (!out.resendable) {
      throw consumed(answer.problem as Failure);
    }
    return wire.attempt(out, signal);
  };
}

function isSomebodyElse(before: Snapshot, now: Snapshot): boolean {
  return now.user !== undefined && now.user.id !== before.user?.id;
}

function consumed(problem: Failure) {
  return coatcheckError({
    ...problem,
    detail:
      `The ${isSuperseded(problem) ? 'ticket' : 'CSRF token'} was out of date, and the body is a stream that has been ` +
      'consumed, so the request was not sent again; a fresh one is at hand: repeat the request with a new body',
  });
}
