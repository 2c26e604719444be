/** The codes with which the API says: there is no living session (RFC 9457 problem, status 401). */
export type SessionEnd =
  | 'session-missing'
  | 'session-expired'
  | 'session-revoked'
  | 'session-replaced'
  | 'token-invalid'
  | 'token-reused';

/** Every other `code` of the API's problem documents that this version knows. */
export type ProblemCode =
  | SessionEnd
  | 'credentials-invalid'
  | 'login-throttled'
  | 'reauthentication-required'
  | 'csrf-missing'
  | 'csrf-mismatch'
  | 'origin-not-allowed'
  | 'session-limit-reached'
  | 'scope-insufficient'
  | 'dpop-nonce-required'
  | 'ticket-superseded'
  | 'request-malformed'
  | 'not-found'
  | 'method-not-allowed'
  | 'store-unavailable'
  | 'server-unavailable'
  | 'internal-error';

/**
 * What went wrong before or beside the API's own word: no answer (`network`), none in time (`timeout`), a redirect
 * that would have carried the CSRF token or a password along (`redirect-refused`), an answer without a problem
 * document (`response-unexpected`) or without what it must hold (`response-malformed`), somebody else who signed in
 * from another tab before the request went out (`user-changed`), an option that can't work (`configuration-invalid`).
 */
export type ClientCode =
  | 'network'
  | 'timeout'
  | 'redirect-refused'
  | 'response-unexpected'
  | 'response-malformed'
  | 'user-changed'
  | 'configuration-invalid';

/** A stable reason for a failure. Codes of the application's own come through as they are. */
export type ErrorCode = ProblemCode | ClientCode | (string & {});

/** A failure as an `Error` with the members of the problem document (RFC 9457). Ask {@link ErrorCode | code}, not the text. */
export interface CoatcheckError extends Error {
  readonly name: 'CoatcheckError';
  readonly code: ErrorCode;
  /** HTTP status of the answer; 0 when there was none. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** Seconds to wait before the next attempt, from `Retry-After`. */
  readonly retryAfter: number | undefined;
}

/** The person who is signed in, with whatever else the API says about them. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly [member: string]: unknown;
}

/** One session, that is, one signed-in device. Instants are ISO 8601 texts in UTC, as the API sent them. */
export interface SessionInfo {
  /** Public: stands in lists and logs, and opens nothing. */
  readonly id: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly authenticatedAt: string;
  /** Dead from this instant on, unless it is used before. */
  readonly idleExpiresAt: string;
  /** Dead from this instant on, whatever happens. */
  readonly expiresAt: string;
  readonly transport: string;
  /** What the device is called, where the API knows. */
  readonly device: string | undefined;
}

/** One line of the device list. */
export interface DeviceSession {
  readonly id: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  readonly device: string | undefined;
  /** True for the session that asked. */
  readonly current: boolean;
}

/**
 * What is known right now. The object stays the same one until something changes. `stale` means that the API could
 * not be asked last time: the rest is what it said before. The CSRF token is on purpose not in here.
 */
export type Snapshot =
  | {
      readonly status: 'unknown';
      readonly stale: boolean;
      readonly user?: undefined;
      readonly session?: undefined;
      readonly reason?: undefined;
    }
  | {
      readonly status: 'signed-in';
      readonly stale: boolean;
      readonly user: User;
      readonly session: SessionInfo;
      readonly reason?: undefined;
    }
  | {
      readonly status: 'signed-out';
      readonly stale: boolean;
      readonly user?: undefined;
      readonly session?: undefined;
      /** `signed-out` when this client did it, else the API's code. */
      readonly reason: SessionEnd | 'signed-out';
    };

/** Username and password, and what this device shall be called in the list of devices. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly deviceName?: string;
}

/** Ends the wait early; the promise then rejects with the signal's reason, as `fetch` does. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A call that can look without counting as activity. */
export interface SessionOptions extends CallOptions {
  /** `false` looks without touching: the idle timeout keeps running. Default `true`. */
  readonly slide?: boolean;
}

/** `RequestInit`, and a limit for this one request. */
export interface CoatcheckRequestInit extends RequestInit {
  /** Milliseconds until the answer's head must be there; `Infinity` for none. */
  readonly timeoutMs?: number;
}

/** The part of a `BroadcastChannel` that is used. */
export interface TabChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** The part of `window` that is used: attention of the user, and the channel to the other tabs. */
export interface PageWindow {
  readonly document: {
    readonly visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  readonly BroadcastChannel?: new (name: string) => TabChannel;
  addEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
  removeEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
}

/** How to reach the API. Everything but `baseUrl` has a default. */
export interface CoatcheckOptions {
  /** Where the API is, for example `https://api.example.com`. Relative only where there is a `location`. */
  readonly baseUrl: string | URL;
  /** Path of Coatcheck's own endpoints below `baseUrl`. Default `/auth`. */
  readonly basePath?: string;
  /** Name of the request and answer header that carries the CSRF token. Default `X-CSRF-Token`. */
  readonly csrfHeader?: string;
  /** Milliseconds that one call may take until the answer's head is there. Default 10,000. */
  readonly timeoutMs?: number;
  /** When the user comes back to the page, look again unless that was done this many milliseconds ago. Default 5,000. */
  readonly recheckEveryMs?: number;
  /** Default `globalThis.fetch`, which is never patched. */
  readonly fetch?: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** Default `globalThis.window`; without one (Node, server-side rendering) there are no other tabs. */
  readonly window?: PageWindow;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The signed-in user's devices. */
export interface Devices {
  /** All of them: page after page, within one time limit. */
  list(options?: CallOptions): Promise<readonly DeviceSession[]>;
  /** Ends one session. If it is this one, the state becomes signed-out, in every tab. */
  end(id: string, options?: CallOptions): Promise<void>;
  /** Ends every session of this user but this one. */
  endOthers(options?: CallOptions): Promise<void>;
}

/** One API, one session: made by `createCoatcheck`, usually once per page. */
export interface Coatcheck {
  /** Signs in. Rejects with `credentials-invalid`, `login-throttled` (see `retryAfter`) and so on; the state then stays. */
  login(credentials: Credentials, options?: CallOptions): Promise<Snapshot>;
  /** Signs out, on the server and in every tab. With `store-unavailable` nothing has happened: still signed in. */
  logout(options?: CallOptions): Promise<void>;
  /** Asks the API who is signed in. Callers at the same time share one request. "Nobody" is an answer, not an error. */
  session(options?: SessionOptions): Promise<Snapshot>;
  /**
   * `fetch` with the session: relative addresses are the API's, and requests to the API's origin carry the cookie and,
   * where the method is unsafe, the CSRF token. Resolves with the `Response` whatever its status. Requests to any other
   * origin go out without credentials.
   */
  fetch(input: RequestInfo | URL, init?: CoatcheckRequestInit): Promise<Response>;
  /** Calls the listener after every change; returns how to stop. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): Snapshot;
  readonly sessions: Devices;
  /** Takes note that this session is over, learned otherwise than by a request. `@coatcheck/client/events` calls it. */
  ended(id: string, reason: SessionEnd): void;
  /** Stops listening to the page and to other tabs. */
  close(): void;
}
