import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { json, problem } from '../../../testing/api.ts';
import { ALICE, BOB, failureOf, setting, times } from './setting.ts';

describe('signing in', () => {
  it('is one request, and its answer is the state', async () => {
    const { api, open } = await setting();
    const client = open();
    const snapshot = await client.login({ ...ALICE, deviceName: 'kitchen tablet' });
    expect(snapshot).toMatchObject({ status: 'signed-in', session: { id: 's1', device: 'kitchen tablet' } });
    expect(client.getSnapshot()).toBe(snapshot);
    expect(api.seen).toHaveLength(1);
    expect(JSON.parse(api.last('POST', '/auth/login').body)).toEqual({
      ...ALICE,
      deviceName: 'kitchen tablet',
    });
    expect(api.last('POST', '/auth/login').headers['content-type']).toBe('application/json');
  });

  it('with a wrong password is credentials-invalid and changes nothing', async () => {
    const { open } = await setting();
    const client = open();
    await client.session();
    const before = client.getSnapshot();
    const failure = await failureOf(client.login({ username: 'alice', password: 'wrong' }));
    expect(failure).toMatchObject({
      code: 'credentials-invalid',
      status: 401,
      title: 'Title of credentials-invalid',
    });
    expect(failure.message).not.toContain('wrong');
    expect(client.getSnapshot()).toBe(before);
  });

  it.each([
    ['seconds', () => '42', 42],
    ['a date', () => new Date(Date.now() + 90_000).toUTCString(), 90],
    ['a date that is over', () => new Date(Date.now() - 90_000).toUTCString(), 0],
    ['nonsense', () => 'soon', undefined],
  ])('too often says how long to wait, written as %s', async (_, header, wait) => {
    const { api, open } = await setting();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime('2026-11-20T08:00:00Z');
    api.instead('POST', '/auth/login', ({ response }) => {
      response.setHeader('Retry-After', header());
      problem(response, 429, 'login-throttled', { detail: 'Too many attempts' });
    });
    const failure = await failureOf(open().login(ALICE));
    expect(failure).toMatchObject({ code: 'login-throttled', status: 429, detail: 'Too many attempts' });
    expect(failure.retryAfter).toBe(wait);
  });

  it('reads the wait from the document where the header is not exposed', async () => {
    const { api, open } = await setting();
    api.instead('POST', '/auth/login', ({ response }) =>
      problem(response, 429, 'login-throttled', { retryAfter: 3 }),
    );
    expect((await failureOf(open().login(ALICE))).retryAfter).toBe(3);
  });

  it('fetches a token and tries once more where sign-in needs one', async () => {
    const { api, open } = await setting();
    api.loginNeedsToken = true;
    expect(await open().login(ALICE)).toMatchObject({ status: 'signed-in' });
    expect(api.seen.map((one) => `${one.method} ${one.path}`)).toEqual([
      'POST /auth/login',
      'GET /auth/csrf',
      'POST /auth/login',
    ]);
  });

  it('tries once more and not twice', async () => {
    const { api, open } = await setting();
    api.instead('POST', '/auth/login', ({ response }) => problem(response, 403, 'csrf-mismatch'), 9);
    expect(await failureOf(open().login(ALICE))).toMatchObject({ code: 'csrf-mismatch', status: 403 });
    expect(api.count('POST', '/auth/login')).toBe(2);
    expect(api.count('GET', '/auth/csrf')).toBe(1);
  });

  it('as somebody else replaces the person and the token', async () => {
    const { open } = await setting();
    const client = open();
    await client.login(ALICE);
    await client.login(BOB);
    expect(client.getSnapshot()).toMatchObject({ user: { name: 'bob' } });
    expect(await (await client.fetch('/api/notes', { method: 'POST' })).json()).toMatchObject({
      user: 'bob',
    });
  });

  it('twice at once happens one after the other, so that cookie and state are the same person', async () => {
    const { api, open } = await setting();
    const client = open();
    const slow = api.hold('POST', '/auth/login');
    const alice = client.login(ALICE);
    const bob = client.login(BOB);
    await slow.arrived;
    await client.fetch('/api/public');
    expect(api.count('POST', '/auth/login')).toBe(1);
    slow.letIn();
    await Promise.all([alice, bob]);
    expect(client.getSnapshot()).toMatchObject({ user: { name: 'bob' } });
    expect(await (await client.fetch('/api/me')).json()).toMatchObject({ user: 'bob' });
  });

  it('whose answer makes no sense leaves the state, marked as old', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.session();
    api.instead('POST', '/auth/login', ({ response }) => json(response, 200, { welcome: true }));
    expect(await failureOf(client.login(ALICE))).toMatchObject({ code: 'response-malformed' });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out', stale: true });
  });

  it('that somebody gave up before it began sends nothing and changes nothing', async () => {
    const { api, open } = await setting();
    const client = open();
    await failureOf(client.login(ALICE, { signal: AbortSignal.abort() }));
    expect(api.seen).toEqual([]);
    expect(client.getSnapshot()).toEqual({ status: 'unknown', stale: false });
  });

  it('names an answer that is no problem document', async () => {
    const { api, open } = await setting();
    api.instead('POST', '/auth/login', ({ response }) => json(response, 502, '<h1>Bad gateway</h1>'));
    expect(await failureOf(open().login(ALICE))).toMatchObject({ code: 'response-unexpected', status: 502 });
  });
});

describe('signing out', () => {
  it('ends the session on the server and here', async () => {
    const { api, browser, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const ticket = browser.cookies.get('127.0.0.1')?.get('coat');
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'signed-out', stale: false, reason: 'signed-out' });
    browser.cookies.get('127.0.0.1')?.set('coat', `${ticket}`);
    expect(await open().session()).toMatchObject({ status: 'signed-out', reason: 'session-revoked' });
    expect(api.last('POST', '/auth/logout').headers['x-csrf-token']).toBeDefined();
  });

  it('works as the first thing after a reload', async () => {
    const { open } = await setting();
    await open().login(ALICE);
    const reloaded = open();
    await reloaded.logout();
    expect(reloaded.getSnapshot()).toMatchObject({ status: 'signed-out', reason: 'signed-out' });
    expect(await open().session()).toMatchObject({ status: 'signed-out' });
  });

  it('is sent once for any number of callers', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    await Promise.all(times(5, () => client.logout()));
    expect(api.count('POST', '/auth/logout')).toBe(1);
  });

  it('is sent again when somebody signed in between', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    await Promise.all([client.logout(), client.login(BOB), client.logout()]);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out' });
    expect(api.count('POST', '/auth/logout')).toBe(2);
  });

  it('succeeds where the session is dead already', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.endAll('session-expired');
    await client.logout();
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out' });
  });

  it('has not happened while the store is away', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.instead('POST', '/auth/logout', ({ response }) => problem(response, 503, 'store-unavailable'));
    expect(await failureOf(client.logout())).toMatchObject({ code: 'store-unavailable' });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: true });
    await client.logout();
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out' });
  });

  it('may have happened when no answer came: the state says that it is old', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.instead('POST', '/auth/logout', ({ request }) => request.socket.destroy());
    expect(await failureOf(client.logout())).toMatchObject({ code: 'network' });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: true });
  });
});
