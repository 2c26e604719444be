import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../testing/browser.ts';
import { readServerEvents, type ServerEvent } from '../src/serverEvents.ts';
import type { Coatcheck } from '../src/types.ts';
import {
  type SessionExpiring,
  type WatchedPage,
  type WatchOptions,
  watchSession,
} from '../src/watchSession.ts';
import { ALICE, BOB, setting } from './setting.ts';

const ENDED = (id: string, code = 'session-revoked', reason = 'revoked-by-user') =>
  `event: session-ended\ndata: ${JSON.stringify({ id, code, reason })}\n\n`;
const EXPIRING = (id: string) =>
  `event: session-expiring\ndata: ${JSON.stringify({ id, idleExpiresAt: '2026-11-20T10:30:00Z', idleExpiresIn: 120 })}\n\n`;
const CHANGED = 'event: session-changed\ndata: {}\n\n';

/** Locks of one browser, as far as they are used: one holder, the others wait in line. */
function testLocks(): NonNullable<NonNullable<WatchedPage['navigator']>['locks']> {
  const lines = new Map<string, Promise<unknown>>();
  return {
    request(name, { signal }, run) {
      const before = lines.get(name) ?? Promise.resolve();
      const mine = before.then(() => (signal.aborted ? undefined : run()));
      lines.set(
        name,
        mine.catch(() => {}),
      );
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        mine.then(resolve, reject);
      });
    },
  };
}

function testPage(locks = testLocks()): WatchedPage & EventTarget {
  return Object.assign(new EventTarget(), {
    navigator: { locks },
    BroadcastChannel: BroadcastChannel as unknown as NonNullable<WatchedPage['BroadcastChannel']>,
  }) as unknown as WatchedPage & EventTarget;
}

function watch(client: Coatcheck, options: WatchOptions = {}): () => void {
  const stop = watchSession(client, { page: {}, mostWaitMs: 50, ...options });
  onTestFinished(stop);
  return stop;
}

async function eventually(holds: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds()) {
    expect(Date.now()).toBeLessThan(end);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const isSignedOut = (client: Coatcheck) => () => client.getSnapshot().status === 'signed-out';

describe('a watched session', () => {
  it('is signed out by the news, without a request', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const over: unknown[] = [];
    watch(client, { onEnded: (one) => over.push(one) });
    await eventually(() => api.streams.size === 1);
    const asked = api.seen.length;
    api.push(ENDED('s1'));
    await until(client.subscribe, isSignedOut(client));
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out', reason: 'session-revoked' });
    expect(over).toMatchObject([{ id: 's1', code: 'session-revoked', reason: 'revoked-by-user' }]);
    expect(api.seen.length).toBe(asked);
    await eventually(() => api.streams.size === 0);
  });

  it('has a stream only while somebody is signed in, and another one for another session', async () => {
    const { api, open } = await setting();
    const client = open();
    watch(client);
    await client.session();
    expect(api.count('GET', '/auth/events')).toBe(0);
    await client.login(ALICE);
    await eventually(() => api.streams.size === 1);
    await client.logout();
    await eventually(() => api.streams.size === 0);
    await client.login(BOB);
    await eventually(() => api.streams.size === 1);
    expect(api.count('GET', '/auth/events')).toBe(2);
    expect(api.last('GET', '/auth/events').path).toBe('/auth/events');
  });

  it('is not signed out by the end of another one', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    client.ended('s99', 'session-revoked');
    expect(client.getSnapshot().status).toBe('signed-in');
    watch(client);
    await eventually(() => api.streams.size === 1);
    api.push(ENDED('s1', 'session-replaced', 'replaced'));
    await eventually(() => api.count('GET', '/auth/session') === 1);
    expect(client.getSnapshot().status).toBe('signed-in');
  });

  it('tells that it is expiring, and asks again when it changed', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const told: SessionExpiring[] = [];
    watch(client, { onExpiring: (one) => told.push(one) });
    await eventually(() => api.streams.size === 1);
    api.push(`: a comment\n\n${EXPIRING('s1')}`);
    await eventually(() => told.length === 1);
    expect(told[0]).toMatchObject({ id: 's1', expiresAt: '2026-11-20T10:30:00Z', inSeconds: 120 });
    api.push(CHANGED);
    await eventually(() => api.count('GET', '/auth/session') === 1);
    expect(api.last('GET', '/auth/session').path).toBe('/auth/session?slide=false');
  });

  it('comes back after a broken connection and asks once what it missed', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    watch(client);
    await eventually(() => api.streams.size === 1);
    for (const stream of api.streams) {
      stream.destroy();
    }
    await eventually(() => api.count('GET', '/auth/events') === 2 && api.streams.size === 1);
    await eventually(() => api.count('GET', '/auth/session') === 1);
    expect(client.getSnapshot().status).toBe('signed-in');
  });

  it('that ended meanwhile is signed out when it comes back', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    watch(client);
    await eventually(() => api.streams.size === 1);
    api.endAll('session-expired');
    for (const stream of api.streams) {
      stream.end();
    }
    await until(client.subscribe, isSignedOut(client));
    expect(client.getSnapshot().reason).toBe('session-expired');
    const asked = api.count('GET', '/auth/events');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(api.count('GET', '/auth/events')).toBe(asked);
  });

  it('whose end was missed tells of it, once', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const over: unknown[] = [];
    watch(client, { onEnded: (one) => over.push(one) });
    await eventually(() => api.streams.size === 1);
    api.endAll('session-expired');
    for (const stream of api.streams) {
      stream.end();
    }
    await until(client.subscribe, isSignedOut(client));
    expect(over).toEqual([{ id: 's1', code: 'session-expired', reason: 'missed' }]);
    await eventually(() => api.streams.size === 0);
    expect(over).toHaveLength(1);
  });

  it('that its user ended is no missed end', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const over: unknown[] = [];
    watch(client, { onEnded: (one) => over.push(one) });
    await eventually(() => api.streams.size === 1);
    await client.logout();
    await eventually(() => api.streams.size === 0);
    expect(over).toEqual([]);
  });

  it('that falls silent is given up and asked for anew', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    watch(client, { silenceMs: 60 });
    await eventually(() => api.count('GET', '/auth/events') >= 3);
    expect(client.getSnapshot().status).toBe('signed-in');
  });

  it('waits as long as a refusal says', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.instead('GET', '/auth/events', ({ response }) =>
      response
        .writeHead(429, {
          'Content-Type': 'application/problem+json',
          'Retry-After': '1',
          'Access-Control-Expose-Headers': 'Retry-After',
        })
        .end(JSON.stringify({ code: 'events-limit-reached', status: 429, title: 'Too many' })),
    );
    const began = Date.now();
    watch(client);
    await eventually(() => api.streams.size === 1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: false });
  });

  it('is let go of when nobody watches any more', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const stop = watch(client);
    await eventually(() => api.streams.size === 1);
    stop();
    await eventually(() => api.streams.size === 0);
  });
});

describe('the tabs of one browser', () => {
  it('share one stream, and all are signed out by it', async () => {
    const { api, openTab } = await setting();
    const locks = testLocks();
    const clients = [openTab().client, openTab().client, openTab().client];
    await clients[0]?.login(ALICE);
    await Promise.all(clients.map((client) => client.session()));
    for (const client of clients) {
      watch(client, { page: testPage(locks) });
    }
    await eventually(() => api.streams.size === 1);
    const asked = api.seen.length;
    api.push(ENDED('s1'));
    await Promise.all(clients.map((client) => until(client.subscribe, isSignedOut(client))));
    expect(api.seen.length).toBe(asked);
    expect(api.count('GET', '/auth/events')).toBe(1);
  });

  it('pass the stream on when the one that holds it closes', async () => {
    const { api, openTab } = await setting();
    const locks = testLocks();
    const [one, two] = [openTab().client, openTab().client];
    await one.login(ALICE);
    await two.session();
    const close = watch(one, { page: testPage(locks) });
    await eventually(() => api.streams.size === 1);
    watch(two, { page: testPage(locks) });
    close();
    await eventually(() => api.count('GET', '/auth/events') === 2 && api.streams.size === 1);
    api.push(ENDED('s1'));
    await until(two.subscribe, isSignedOut(two));
  });

  it('hold nothing in the back/forward cache, and come back out of it', async () => {
    const { api, openTab } = await setting();
    const client = openTab().client;
    await client.login(ALICE);
    const page = testPage();
    watch(client, { page });
    await eventually(() => api.streams.size === 1);
    page.dispatchEvent(new Event('pagehide'));
    await eventually(() => api.streams.size === 0);
    page.dispatchEvent(new Event('pageshow'));
    await eventually(() => api.streams.size === 1);
  });

  it('that may have no locks listen each for itself', async () => {
    const { api, openTab } = await setting();
    const locks = { request: () => Promise.reject(new Error('not in a sandbox')) };
    const client = openTab().client;
    await client.login(ALICE);
    watch(client, { page: testPage(locks) });
    await eventually(() => api.streams.size === 1);
  });
});

describe('server-sent events', () => {
  async function read(...chunks: string[]): Promise<{ events: ServerEvent[]; retries: number[] }> {
    const events: ServerEvent[] = [];
    const retries: number[] = [];
    const encoded = chunks.map((chunk) => new TextEncoder().encode(chunk));
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const next = encoded.shift();
        if (next) {
          controller.enqueue(next);
        } else {
          controller.close();
        }
      },
    });
    await readServerEvents(body, {
      onBytes() {},
      onEvent: (event) => events.push(event),
      onRetry: (ms) => retries.push(ms),
    });
    return { events, retries };
  }

  it('are the same wherever the network cuts them', async () => {
    const text = 'retry: 70\n\n: beat\n\nevent: a\r\ndata: ä1\r\ndata:2\r\n\r\ndata: x\n\n';
    const whole = await read(text);
    expect(whole).toEqual({
      events: [
        { name: 'a', data: 'ä1\n2' },
        { name: 'message', data: 'x' },
      ],
      retries: [70],
    });
    for (let cut = 1; cut < text.length; cut++) {
      expect(await read(text.slice(0, cut), text.slice(cut))).toEqual(whole);
    }
    expect(await read(...text)).toEqual(whole);
  });

  it('without data, cut off or not understood are none', async () => {
    expect(await read('event: a\n\nnonsense\nid: 7\nretry: soon\n\nevent: b\ndata: never ended')).toEqual({
      events: [],
      retries: [],
    });
  });
});
