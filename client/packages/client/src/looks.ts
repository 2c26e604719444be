import { withDeadline } from './deadline.ts';
import { parseCsrf, parseSession, sessionEnd } from './documents.ts';
import type { Outgoing } from './outgoing.ts';
import type { Moment, SessionState } from './state.ts';
import type { Snapshot } from './types.ts';
import { textOf, type Wire } from './wire.ts';

/** Asks the API who is signed in, and for CSRF tokens: once for all who wait. */
export interface Looks {
  look(slide: boolean): Promise<Snapshot>;
  /** Looks for its effect on the state; a failure stands there as `stale`. */
  inBackground(): void;
  /** Looks, unless that was done just now or nobody wants to know. */
  again(): void;
  /** Whether anybody wants to know who is signed in: somebody has asked, or signed in. */
  isWanted(): boolean;
  /** Asks for a token where none is held, which is how somebody who is not signed in gets one. */
  haveToken(): Promise<void>;
}

export interface LooksOptions {
  readonly timeoutMs: number;
  readonly recheckEveryMs: number;
  readonly now: () => number;
  /** A GET of one of Coatcheck's own endpoints. */
  readonly get: (path: string) => Outgoing;
}

interface Running {
  readonly moment: Moment;
  readonly slides: boolean;
  readonly answer: Promise<Snapshot>;
}

export function sessionLooks(state: SessionState, wire: Wire, options: LooksOptions): Looks {
  const { timeoutMs, recheckEveryMs, now, get } = options;
  const running = new Set<Running>();
  let lookedAt: number | undefined;
  let asking: Promise<void> | undefined;

  // One that slides serves those who only look; one that began before a sign-in or sign-out serves nobody.
  function current(slide: boolean): Running | undefined {
    return [...running].find((one) => !state.isOutdated(one.moment) && (one.slides || !slide));
  }

  function start(slides: boolean): Running {
    const moment = state.begin();
    lookedAt = now();
    const answer = ask(slides, moment)
      .finally(() => running.delete(one))
      .catch((error) => {
        if (!state.isOutdated(moment)) {
          throw error;
        }
      })
      // Overtaken by a sign-in or sign-out: what counts is what was asked after it.
      .then(() => (state.isOutdated(moment) && current(false)?.answer) || state.getSnapshot());
    const one: Running = { moment, slides, answer };
    running.add(one);
    return one;
  }

  async function ask(slides: boolean, moment: Moment): Promise<void> {
    try {
      await withDeadline(timeoutMs, undefined, async (signal) => {
        const answer = await wire.attempt(get(slides ? '/session' : '/session?slide=false'), signal, moment);
        if (sessionEnd(answer.problem) === undefined) {
          state.signedIn(moment, parseSession(await textOf(answer)));
        }
      });
    } catch (error) {
      state.unreachable(moment);
      throw error;
    }
  }

  async function askForToken(): Promise<void> {
    try {
      await withDeadline(timeoutMs, undefined, async (signal) => {
        const answer = await wire.attempt(get('/csrf'), signal);
        state.offerToken(answer.moment, parseCsrf(await textOf(answer)));
      });
    } finally {
      asking = undefined;
    }
  }

  const isWanted = () => lookedAt !== undefined || state.getSnapshot().status !== 'unknown';
  const look = (slide: boolean) => (current(slide) ?? start(slide)).answer;
  const inBackground = () => {
    look(false).catch(() => {});
  };

  return {
    look,
    inBackground,
    isWanted,
    again() {
      if (isWanted() && Math.abs(now() - (lookedAt ?? 0)) >= recheckEveryMs) {
        inBackground();
      }
    },
    async haveToken() {
      if (state.token() === undefined) {
        asking ??= askForToken();
        await asking;
      }
    },
  };
}
