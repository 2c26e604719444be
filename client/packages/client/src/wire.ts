import type { Api } from './address.ts';
import { isForgeryRefusal, readProblem, sessionEnd } from './documents.ts';
import { clientError, coatcheckError, type Failure } from './errors.ts';
import { isRedirect, type Outgoing } from './outgoing.ts';
import type { Moment, SessionState } from './state.ts';

/** What the API answered to a request that began at `moment`. */
export interface Answer {
  readonly moment: Moment;
  readonly url: URL;
  readonly response: Response;
  readonly problem: Failure | undefined;
}

/** Sends requests. It never asks twice and never asks for something else: that is decided above. */
export interface Wire {
  /** Sends with credentials and, where a token is held and needed, the token; the state learns from the answer. */
  attempt(out: Outgoing, signal: AbortSignal, moment?: Moment): Promise<Answer>;
  /** Sends as it is. */
  send(out: Outgoing, signal: AbortSignal, header?: readonly [string, string]): Promise<Response>;
}

export interface WireOptions {
  readonly http: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  readonly csrfHeader: string;
  /** An answer makes it worth asking who is signed in, although it does not say that nobody is. */
  readonly onDoubt: (doubt: 'replaced' | 'reachable') => void;
}

export function wire(api: Api, state: SessionState, { http, csrfHeader, onDoubt }: WireOptions): Wire {
  async function send(out: Outgoing, signal: AbortSignal, header?: readonly [string, string]) {
    const request = out.prepare(signal, header);
    const response = await http(...request).catch(unreachable(out.url));
    if (out.refusesRedirect && isRedirect(response)) {
      throw clientError('redirect-refused', 'The API answered with a redirect', {
        status: response.status,
        detail: `A redirect of ${out.url.pathname} is not followed, it would carry secrets along: use its final address`,
      });
    }
    return response;
  }

  async function attempt(out: Outgoing, signal: AbortSignal, moment = state.begin()): Promise<Answer> {
    const token = out.safe ? undefined : state.token();
    const response = await send(out, signal, token === undefined ? undefined : [csrfHeader, token]);
    if (!api.owns(new URL(response.url || out.url))) {
      return { moment, url: out.url, response, problem: undefined };
    }
    const problem = await readProblem(response).catch(unreachable(out.url));
    learn(out, moment, response, problem);
    if (isForgeryRefusal(problem)) {
      state.dropToken(token);
    } else {
      state.offerToken(moment, response.headers.get(csrfHeader));
    }
    return { moment, url: out.url, response, problem };
  }

  function learn(out: Outgoing, moment: Moment, response: Response, problem: Failure | undefined): void {
    const asksWho = out.url.href.split('?')[0] === `${api.auth}/session`;
    const end = sessionEnd(problem);
    if (end === 'session-replaced' && !asksWho) {
      // It was the ticket that was old, not the session: another tab may hold the new one.
      onDoubt('replaced');
    } else if (end !== undefined) {
      state.signedOut(moment, end);
    } else if (problem?.code === 'store-unavailable') {
      state.unreachable(moment);
    } else if (response.ok && !asksWho && state.getSnapshot().stale) {
      onDoubt('reachable');
    }
  }

  return { attempt, send };
}

/** The text of a success; everything else is an error. */
export async function textOf({ url, response, problem }: Answer): Promise<string> {
  if (response.ok) {
    return response.text().catch(unreachable(url));
  }
  throw problem
    ? coatcheckError(problem)
    : clientError('response-unexpected', 'The API answered with an error and no problem document', {
        status: response.status,
        detail: `The API answered ${response.status} without a problem document: something in front of it may have`,
      });
}

function unreachable(url: URL) {
  return (cause: unknown): never => {
    throw clientError('network', 'The API could not be reached', {
      cause,
      detail: `No answer from ${url.origin} that this page may read: it is down, or it does not list this page's origin`,
    });
  };
}
