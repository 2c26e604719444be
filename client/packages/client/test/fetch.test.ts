import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json, problem } from '../../../testing/api.ts';
import { apiAt } from '../src/address.ts';
import { type Coatcheck, createCoatcheck, isCoatcheckError } from '../src/index.ts';
import { outgoing } from '../src/outgoing.ts';
import { ALICE, failureOf, setting, stranger } from './setting.ts';

describe('addresses', () => {
  it.each([
    ['/api/me', '/api/me'],
    ['api/me', '/base/api/me'],
    ['?q=1', '/base/?q=1'],
  ])('%s is the API’s', async (address, path) => {
    const { api, open } = await setting();
    await open({ baseUrl: `${api.url}/base` }).fetch(address);
    expect(api.seen.map((one) => one.path)).toEqual([path]);
  });

  it('of the own endpoints stand below baseUrl and basePath', async () => {
    const { api, open } = await setting();
    for (const baseUrl of [`${api.url}/base`, new URL(`${api.url}/base/`)]) {
      await failureOf(open({ baseUrl, basePath: '/session-api/' }).login(ALICE));
    }
    expect(api.seen.map((one) => one.path)).toEqual(['/base/session-api/login', '/base/session-api/login']);
  });

  it.each([
    ['not-absolute', '/auth', /absolute/],
    ['ftp://example.com', '/auth', /http/],
    ['https://user:secret@example.com', '/auth', /user name/],
    ['https://example.com/?a=b', '/auth', /after \?/],
    ['https://example.com', 'auth', /basePath/],
    ['https://example.com', '//evil.example', /basePath/],
    ['https://example.com', '/auth?x', /basePath/],
  ])('%s with %s is refused at once, without repeating a secret', async (baseUrl, basePath, why) => {
    const failure = await failureOf((async () => createCoatcheck({ baseUrl, basePath }))());
    expect(failure).toMatchObject({ code: 'configuration-invalid', status: 0 });
    expect(failure.message).toMatch(why);
    expect(failure.message).not.toContain('secret');
  });
});

describe('another origin', () => {
  it.each(['GET', 'POST'])('gets neither credentials nor token with %s', async (method) => {
    const { api, browser, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const other = await stranger();
    browser.cookies.set('localhost', new Map([['theirs', 'cookie']]));
    await client.fetch(`${other.url}/hook`, { method, credentials: 'include' });
    expect(other.seen).toHaveLength(1);
    expect(other.seen[0]?.headers.cookie).toBeUndefined();
    expect(other.seen[0]?.headers['x-csrf-token']).toBeUndefined();
    expect(api.seen).toHaveLength(1);
  });

  it('is also the same host on another port', async () => {
    const { open } = await setting();
    const client = open();
    await client.login(ALICE);
    const other = await stranger();
    await client.fetch(other.url.replace('localhost', '127.0.0.1'), { method: 'POST' });
    expect(other.seen[0]?.headers.cookie).toBeUndefined();
    expect(other.seen[0]?.headers['x-csrf-token']).toBeUndefined();
  });

  it('says nothing about the session and gives no token', async () => {
    const { api, open } = await setting();
    const other = await stranger();
    const client = open();
    await client.login(ALICE);
    const before = client.getSnapshot();
    expect((await client.fetch(`${other.url}/lies`)).status).toBe(401);
    expect(client.getSnapshot()).toBe(before);
    api.renewTokens();
    await client.fetch('/api/notes', { method: 'POST' });
    expect(api.last('POST', '/api/notes').headers['x-csrf-token']).not.toBe('from-a-stranger');
  });

  it.each([301, 302, 303, 307, 308])('is not reached by a %i with the token', async (status) => {
    const { api, browser, open } = await setting();
    const other = await stranger();
    for (const client of [open(), open({ fetch: withCookies(browser) })]) {
      await client.login(ALICE);
      api.instead('POST', '/api/notes', ({ response }) => {
        response.writeHead(status, { Location: `${other.url}/caught` });
        response.end();
      });
      const failure = await failureOf(client.fetch('/api/notes', { method: 'POST', body: 'private' }));
      expect(failure).toMatchObject({ code: 'redirect-refused' });
    }
    expect(other.seen).toEqual([]);
  });

  it('is not reached by a redirect with the password', async () => {
    const { api, open } = await setting();
    const other = await stranger();
    api.instead('POST', '/auth/login', ({ response }) => {
      response.writeHead(307, { Location: `${other.url}/caught` });
      response.end();
    });
    expect(await failureOf(open().login(ALICE))).toMatchObject({ code: 'redirect-refused' });
    expect(other.seen).toEqual([]);
  });

  it('can not say who is signed in by way of a redirect', async () => {
    const { api, open } = await setting();
    const other = await stranger();
    api.instead('GET', '/auth/session', ({ response }) => {
      response.writeHead(302, { Location: `${other.url}/lies` });
      response.end();
    });
    const client = open();
    expect(await failureOf(client.session())).toMatchObject({ code: 'redirect-refused' });
    expect(client.getSnapshot()).toEqual({ status: 'unknown', stale: true });
  });

  it('can not sign anybody out by way of a redirected GET, nor give a token', async () => {
    const { api, open } = await setting();
    const other = await stranger();
    await open().login(ALICE);
    const client = open();
    for (const path of ['/lies', '/']) {
      api.instead('GET', '/api/me', ({ response }) => {
        response.writeHead(302, { Location: other.url + path });
        response.end();
      });
      await client.fetch('/api/me');
    }
    expect(other.seen).toHaveLength(2);
    expect(client.getSnapshot().status).toBe('unknown');
    await client.fetch('/api/notes', { method: 'POST' });
    expect(api.count('POST', '/api/notes')).toBe(1);
  });
});

describe('a body', () => {
  const api = apiAt('https://api.example.com', '/auth');

  it.each([
    ['a stream', new Blob(['a']).stream()],
    ['a stream that can not be iterated, as in Safari', { getReader() {} }],
    ['something iterated, as Node takes it', { async *[Symbol.asyncIterator]() {} }],
  ])('that is %s can be sent once', (_, body) => {
    expect(outgoing(api, '/', { method: 'POST', body: body as BodyInit }).resendable).toBe(false);
  });

  it.each([
    ['nothing', null],
    ['a text', 'a'],
    ['a form', new FormData()],
    ['a blob', new Blob(['a'])],
    ['bytes', new ArrayBuffer(1)],
  ])('that is %s can be sent again', (_, body) => {
    expect(outgoing(api, '/', { method: 'POST', body }).resendable).toBe(true);
  });
});

describe('fetch', () => {
  it('resolves with the response, whatever its status', async () => {
    const { api, open } = await setting();
    const client = open();
    api.instead('GET', '/api/me', ({ response }) =>
      problem(response, 418, 'teapot', { detail: 'short and stout' }),
    );
    const answer = await client.fetch('/api/me');
    expect(answer.status).toBe(418);
    expect(await answer.json()).toMatchObject({ detail: 'short and stout' });
  });

  it('lets an anonymous request be one: no cookie, no token, and its 401 signs nobody out', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const before = client.getSnapshot();
    expect((await client.fetch('/api/me', { credentials: 'omit' })).status).toBe(401);
    await client.fetch('/api/public', { method: 'POST', credentials: 'omit' });
    expect(api.last('POST', '/api/public').headers).not.toHaveProperty('x-csrf-token');
    expect(api.last('GET', '/api/me').headers).not.toHaveProperty('cookie');
    expect(client.getSnapshot()).toBe(before);
  });

  it('keeps the headers of the caller', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    await client.fetch('/api/notes', {
      method: 'POST',
      headers: { 'Content-Type': 'text/x-note', 'X-Mine': '1' },
    });
    expect(api.last('POST', '/api/notes').headers).toMatchObject({
      'content-type': 'text/x-note',
      'x-mine': '1',
    });
  });

  it('is not sent when it is not known who would be sending it', async () => {
    const { api, open } = await setting();
    const client = open();
    api.instead('GET', '/auth/session', ({ response }) => problem(response, 503, 'store-unavailable'));
    const failure = await failureOf(client.fetch('/api/notes', { method: 'POST' }));
    expect(failure).toMatchObject({ code: 'store-unavailable' });
    expect(api.count('POST', '/api/notes')).toBe(0);
  });

  it.each([200, 401])(
    'whose %i answer breaks off is a network error, like one that never came',
    async (status) => {
      const { api, open } = await setting();
      api.instead('GET', '/auth/session', ({ response }) => {
        response.writeHead(status, {
          'Content-Type': status === 200 ? 'application/json' : 'application/problem+json',
          'Content-Length': '99',
        });
        response.write('{"code":"session-expired"', () => response.destroy());
      });
      const client = open();
      expect(await failureOf(client.session())).toMatchObject({ code: 'network', name: 'CoatcheckError' });
      expect(client.getSnapshot()).toEqual({ status: 'unknown', stale: true });
    },
  );

  it('uses globalThis.fetch as it finds it, and leaves it alone', async () => {
    const { api } = await setting();
    const before = globalThis.fetch;
    const client = createCoatcheck({ baseUrl: api.url });
    expect((await client.fetch('/api/public')).status).toBe(200);
    expect(globalThis.fetch).toBe(before);
  });
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is limited: no answer within ten seconds is a typed error', async () => {
    const { api, browser } = await setting();
    const client = createCoatcheck({ baseUrl: api.url, fetch: browser.fetch });
    const never = api.hold('GET', '/api/me');
    let isOver = false;
    const given = failureOf(client.fetch('/api/me')).finally(() => {
      isOver = true;
    });
    await never.arrived;
    vi.advanceTimersByTime(9_999);
    await client.fetch('/api/public');
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    const failure = await given;
    expect(failure).toMatchObject({ code: 'timeout', status: 0, name: 'CoatcheckError' });
    expect(isCoatcheckError(failure)).toBe(true);
    never.letIn();
  });

  it.each([
    ['looking', 'GET', '/auth/session', (client: Coatcheck) => client.session()],
    ['sign-out', 'POST', '/auth/logout', (client: Coatcheck) => client.logout()],
    ['sign-in', 'POST', '/auth/login', (client: Coatcheck) => client.login(ALICE)],
  ])('is limited for %s, too, and marks the state as old', async (_, method, path, call) => {
    const { api, open } = await setting();
    const client = open({ timeoutMs: 200 });
    await client.login(ALICE);
    const never = api.hold(method, path);
    const given = failureOf(call(client));
    await never.arrived;
    vi.advanceTimersByTime(200);
    expect(await given).toMatchObject({ code: 'timeout' });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: true });
    never.letIn();
  });

  it('can be given per request', async () => {
    const { api, open } = await setting();
    const client = open();
    const slow = api.hold('GET', '/api/public');
    const patient = client.fetch('/api/public', { timeoutMs: Number.POSITIVE_INFINITY });
    await slow.arrived;
    const late = api.hold('GET', '/api/me');
    const impatient = failureOf(client.fetch('/api/me', { timeoutMs: 20 }));
    await late.arrived;
    vi.advanceTimersByTime(20);
    expect(await impatient).toMatchObject({ code: 'timeout' });
    vi.advanceTimersByTime(1_000_000);
    slow.letIn();
    late.letIn();
    expect((await patient).status).toBe(200);
  });

  it('does not run on while the body is being read', async () => {
    const { api, open } = await setting();
    let finish = () => {};
    api.instead('GET', '/api/me', ({ response }) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      response.write('begun');
      finish = () => response.end(' and done');
    });
    const answer = await open().fetch('/api/me');
    vi.advanceTimersByTime(1_000_000);
    finish();
    expect(await answer.text()).toBe('begun and done');
  });

  it('of the caller ends with the caller’s signal, as with fetch', async () => {
    const { api, open } = await setting();
    const client = open();
    const request = api.hold('GET', '/api/me');
    const controller = new AbortController();
    const given = failureOf(client.fetch('/api/me', { signal: controller.signal }));
    await request.arrived;
    controller.abort(new Error('changed my mind'));
    expect(await given).toMatchObject({ message: 'changed my mind' });
    request.letIn();
    expect(await failureOf(client.fetch('/api/me', { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
    expect(api.count('GET', '/api/me')).toBe(1);
  });

  it('of a Request ends with its own signal', async () => {
    const { api, open } = await setting();
    const client = open();
    const held = api.hold('GET', '/api/me');
    const controller = new AbortController();
    const given = failureOf(client.fetch(new Request(`${api.url}/api/me`, { signal: controller.signal })));
    await held.arrived;
    controller.abort();
    expect(await given).toMatchObject({ name: 'AbortError' });
    held.letIn();
  });
});

describe('devices', () => {
  it('are listed, with the one that asks', async () => {
    const { open } = await setting();
    await open().login({ ...ALICE, deviceName: 'phone' });
    const client = open();
    await client.login({ ...ALICE, deviceName: 'desk' });
    expect(await client.sessions.list()).toMatchObject([
      { id: 's1', device: 'phone', current: false },
      { id: 's2', device: 'desk', current: true },
    ]);
  });

  it('are listed to the end where the API answers page by page', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    const client = open();
    await client.login(ALICE);
    const all = await client.sessions.list();
    for (const [index, session] of all.entries()) {
      const next = index === 0 ? 'p&2' : undefined;
      api.instead('GET', '/auth/sessions', ({ response }) =>
        json(response, 200, { sessions: [session], next }),
      );
    }
    expect(await client.sessions.list()).toEqual(all);
    expect(api.last('GET', '/auth/sessions').path).toBe('/auth/sessions?after=p%262');
  });

  it('can be ended one by one, which leaves this one alone', async () => {
    const { open } = await setting();
    await open().login(ALICE);
    const client = open();
    await client.login(ALICE);
    await client.sessions.end('s1');
    expect(await client.sessions.list()).toHaveLength(1);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in' });
  });

  it('can be ended: this one, which signs out', async () => {
    const { open } = await setting();
    const client = open();
    await client.login(ALICE);
    await client.sessions.end('s1');
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out', reason: 'signed-out' });
    expect(await open().session()).toMatchObject({ status: 'signed-out', reason: 'session-revoked' });
  });

  it('can be ended: all the others', async () => {
    const { open } = await setting();
    await open().login(ALICE);
    await open().login(ALICE);
    const client = open();
    await client.login(ALICE);
    await client.sessions.endOthers();
    expect(await client.sessions.list()).toMatchObject([{ id: 's3', current: true }]);
  });

  it('of somebody else are not there', async () => {
    const { open } = await setting();
    await open().login(BOB_ELSEWHERE);
    const client = open();
    await client.login(ALICE);
    expect(await failureOf(client.sessions.end('s1'))).toMatchObject({ status: 404 });
    expect(await failureOf(client.sessions.end('../csrf'))).toMatchObject({ status: 404 });
  });

  it.each([['{}'], ['[]'], ['{"sessions":[{}]}'], ['{"sessions":[null]}'], ['{"sessions":{}}']])(
    'listed as %s are a named error',
    async (list) => {
      const { api, open } = await setting();
      const client = open();
      await client.login(ALICE);
      api.instead('GET', '/auth/sessions', ({ response }) => json(response, 200, list));
      expect(await failureOf(client.sessions.list())).toMatchObject({ code: 'response-malformed' });
    },
  );
});

const BOB_ELSEWHERE = { username: 'bob', password: 'right' };

/** Node's own fetch, which shows redirects that browsers hide, with the cookies of that browser. */
function withCookies(browser: Awaited<ReturnType<typeof setting>>['browser']): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init);
    const jar = browser.cookies.get(new URL(request.url).hostname) ?? new Map();
    request.headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    request.headers.set('Origin', 'http://localhost:3000');
    return fetch(request).then((response) => {
      const ticket = /coat=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
      browser.cookies.set(new URL(request.url).hostname, ticket ? new Map([['coat', ticket]]) : jar);
      return response;
    });
  };
}
