import { readServerEvents } from './serverEvents.ts';
import type { Coatcheck, SessionEnd, TabChannel } from './types.ts';

/** The session will be over soon, unless it is used. */
export interface SessionExpiring {
  readonly id: string;
  /** ISO 8601 in UTC, by the API's clock. */
  readonly expiresAt: string;
  /** Seconds from now: for clocks that are wrong. */
  readonly inSeconds: number;
}

/** The session is over. */
export interface SessionOver {
  readonly id: string;
  readonly code: SessionEnd;
  /** Why, more precisely: `revoked-by-user`, `account-changed`, `expired` and so on. */
  readonly reason: string;
}

/** The part of the page's globals that is used. */
export interface WatchedPage {
  readonly navigator?: {
    readonly locks?: {
      request(name: string, options: { signal: AbortSignal }, run: () => Promise<void>): Promise<unknown>;
    };
  };
  readonly BroadcastChannel?: new (name: string) => TabChannel;
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

export interface WatchOptions {
  /** Where the stream is, below the API. Default `/auth/events`. */
  readonly path?: string;
  readonly onExpiring?: (expiring: SessionExpiring) => void;
  readonly onEnded?: (over: SessionOver) => void;
  /** A stream that is silent for this many milliseconds is dead: three of the server's heartbeats. Default 45,000. */
  readonly silenceMs?: number;
  /** The longest wait before coming back. Default 60,000. */
  readonly mostWaitMs?: number;
  /** Default `globalThis`; without locks or channels, this tab has a stream of its own. */
  readonly page?: WatchedPage;
}

type News =
  | ({ readonly name: 'session-ended' } & SessionOver)
  | ({ readonly name: 'session-expiring' } & SessionExpiring)
  | { readonly name: 'session-changed' };

const FIRST_WAIT_MS = 1_000;

/**
 * Keeps the client's state true while nothing is asked: as long as somebody is signed in, one stream for all tabs of this
 * browser tells what happens to the session. Returns how to stop.
 */
export function watchSession(client: Coatcheck, options: WatchOptions = {}): () => void {
  const { path = '/auth/events', silenceMs = 45_000, mostWaitMs = 60_000, onExpiring, onEnded } = options;
  const page = options.page ?? (globalThis as unknown as WatchedPage);
  let watched: { readonly id: string; readonly stop: AbortController } | undefined;
  let hidden = false;
  let known: string | undefined;
  let told: string | undefined;

  const look = () => client.session({ slide: false }).then(undefined, () => {});

  function follow(): void {
    const { status, reason, session } = client.getSnapshot();
    const id = hidden ? undefined : session?.id;
    const last = known;
    known = session?.id ?? (status === 'signed-out' ? undefined : last);
    if (id !== watched?.id) {
      watched?.stop.abort();
      watched = id === undefined ? undefined : { id, stop: new AbortController() };
      if (watched) {
        share(watched.id, watched.stop.signal);
      }
    }
    // No news told of it: a request or another tab did.
    if (last && last !== told && status === 'signed-out' && reason !== 'signed-out') {
      told = last;
      onEnded?.({ id: last, code: reason, reason: 'missed' });
    }
  }

  /** Which tab holds the stream is the browser's choice: the one that has the lock. When it closes, the next one gets it. */
  function share(id: string, signal: AbortSignal): void {
    const name = `coatcheck events ${id}`;
    const locks = page.navigator?.locks;
    const channel = locks && openChannel(page, name);
    channel?.addEventListener('message', ({ data }) => hear(id, data as News));
    signal.addEventListener('abort', () => channel?.close());
    const listen = () =>
      listenTo(signal, (news) => {
        channel?.postMessage(news);
        hear(id, news);
      });
    if (!channel || !locks) {
      void listen();
    } else {
      // A page that may not have locks, such as a sandboxed frame, listens for itself.
      locks.request(name, { signal }, listen).catch(() => {
        if (!signal.aborted) {
          void listen();
        }
      });
    }
  }

  function hear(id: string, news: News): void {
    if (news.name === 'session-expiring') {
      onExpiring?.(news);
    } else if (news.name === 'session-ended' && news.code !== 'session-replaced') {
      const isNew = told !== id;
      told = id;
      client.ended(id, news.code);
      if (isNew) {
        onEnded?.(news);
      }
    } else {
      // Another session may have taken its place already: the API says.
      void look();
    }
  }

  async function listenTo(signal: AbortSignal, tell: (news: News) => void): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    let failures = 0;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const silence = new AbortController();
      const ending = AbortSignal.any([signal, silence.signal]);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silenceMs);
      };
      let retryAfterMs = 0;
      failures++;
      try {
        const before = JSON.stringify(client.getSnapshot().user);
        const answer = await client.fetch(path, { signal: ending, cache: 'no-store' });
        if (answer.ok && answer.body) {
          failures = 0;
          alive();
          if (attempt > 0) {
            await look();
            if (JSON.stringify(client.getSnapshot().user) !== before) {
              tell({ name: 'session-changed' });
            }
          }
          await readServerEvents(answer.body, {
            onBytes: alive,
            onRetry: (ms) => {
              waitMs = ms;
            },
            onEvent: ({ name, data }) => {
              const news = parse(name, data);
              if (news) {
                tell(news);
              }
            },
          });
        } else {
          retryAfterMs = Number(answer.headers.get('Retry-After')) * 1000 || 0;
        }
      } catch {
        // Broken off, out of reach or too silent: the next attempt will tell.
      }
      clearTimeout(timer);
      silence.abort();
      const backoffMs =
        failures > 0
          ? Math.min(FIRST_WAIT_MS * 2 ** failures, mostWaitMs) * (0.5 + Math.random() / 2)
          : waitMs;
      await pause(Math.max(backoffMs, retryAfterMs), signal);
    }
  }

  const hide = () => {
    hidden = true;
    follow();
  };
  const show = () => {
    hidden = false;
    follow();
  };
  const unsubscribe = client.subscribe(follow);
  // A page that goes into the back/forward cache may hold neither lock nor connection.
  page.addEventListener?.('pagehide', hide);
  page.addEventListener?.('pageshow', show);
  follow();
  return () => {
    unsubscribe();
    page.removeEventListener?.('pagehide', hide);
    page.removeEventListener?.('pageshow', show);
    hide();
  };
}

function openChannel(page: WatchedPage, name: string): TabChannel | undefined {
  try {
    return page.BroadcastChannel && new page.BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

function parse(name: string, json: string): News | undefined {
  try {
    const { id, code, reason, idleExpiresAt, idleExpiresIn } = JSON.parse(json);
    return name === 'session-ended'
      ? { name, id, code, reason }
      : name === 'session-expiring'
        ? { name, id, expiresAt: idleExpiresAt, inSeconds: idleExpiresIn }
        : name === 'session-changed'
          ? { name }
          : undefined;
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
    if (signal.aborted) {
      over();
    }
  });
}
