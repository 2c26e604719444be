import { describe, expect, it } from 'vitest';
import { json, problem } from '../../../testing/api.ts';
import { ALICE, failureOf, setting, times } from './setting.ts';

describe('who is signed in', () => {
  it('is unknown until somebody asks', async () => {
    const { api, open } = await setting();
    expect(open().getSnapshot()).toEqual({ status: 'unknown', stale: false });
    expect(api.seen).toEqual([]);
  });

  it('is nobody in an empty browser, which is an answer and not an error', async () => {
    const { open } = await setting();
    expect(await open().session()).toEqual({ status: 'signed-out', stale: false, reason: 'session-missing' });
  });

  it('is still the same session after a reload, learnt with one request', async () => {
    const { api, open } = await setting();
    const before = await open().login(ALICE);
    const reloaded = open();
    const after = await reloaded.session();
    expect(after.session?.id).toBe(before.session?.id);
    expect(after).toMatchObject({
      status: 'signed-in',
      user: { id: 'u-alice', name: 'alice', roles: ['reader'] },
    });
    await reloaded.fetch('/api/notes', { method: 'POST' });
    expect(api.count('GET', '/auth/session')).toBe(1);
    expect(api.count('GET', '/auth/csrf')).toBe(0);
  });

  it('is asked once for any number of callers at the same time', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    const reloaded = open();
    const snapshots = await Promise.all(times(20, () => reloaded.session()));
    expect(new Set(snapshots).size).toBe(1);
    expect(api.count('GET', '/auth/session')).toBe(1);
  });

  it('is asked once when unsafe requests and callers start together after a reload', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    const reloaded = open();
    const answers = await Promise.all([
      ...times(20, () => reloaded.fetch('/api/notes', { method: 'POST' })),
      ...times(20, () => reloaded.fetch('/api/me')),
    ]);
    await reloaded.session();
    expect(answers.map((answer) => answer.status)).toEqual(times(40, () => 200));
    expect(api.count('GET', '/auth/session')).toBe(2);
    expect(api.count('GET', '/auth/csrf')).toBe(0);
  });

  it('can be asked without touching, which joins a running request that touches, but not the other way round', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    const client = open();
    await Promise.all([client.session(), client.session({ slide: false })]);
    expect(api.count('GET', '/auth/session')).toBe(1);
    await Promise.all([client.session({ slide: false }), client.session()]);
    expect(api.seen.slice(-2).map((one) => one.path)).toEqual(['/auth/session?slide=false', '/auth/session']);
  });

  it('keeps the snapshot object until something changes, and tells subscribers only then', async () => {
    const { open } = await setting();
    const client = open();
    await client.login(ALICE);
    const snapshot = client.getSnapshot();
    let changes = 0;
    const stop = client.subscribe(() => changes++);
    await client.session({ slide: false });
    expect(client.getSnapshot()).toBe(snapshot);
    expect(changes).toBe(0);
    await client.session();
    expect(client.getSnapshot()).not.toBe(snapshot);
    expect(changes).toBe(1);
    stop();
    await client.session();
    expect(changes).toBe(1);
  });

  it('never holds the CSRF token, nor anything that could be changed', async () => {
    const { api, open } = await setting();
    const client = open();
    const snapshot = await client.login(ALICE);
    await client.fetch('/api/notes', { method: 'POST' });
    const token = api.last('POST', '/api/notes').headers['x-csrf-token'] as string;
    expect(token).toMatch(/^[0-9a-f]+\.[0-9a-f]+$/);
    expect(JSON.stringify(snapshot)).not.toContain(token.split('.')[1]);
    expect(
      Object.isFrozen(snapshot) && Object.isFrozen(snapshot.user) && Object.isFrozen(snapshot.session),
    ).toBe(true);
  });

  it('survives a store that is away: the state stays and says that it is old', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.instead('GET', '/auth/session', ({ response }) => {
      response.setHeader('Retry-After', '7');
      problem(response, 503, 'store-unavailable');
    });
    const failure = await failureOf(client.session());
    expect(failure).toMatchObject({
      name: 'CoatcheckError',
      code: 'store-unavailable',
      status: 503,
      retryAfter: 7,
    });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: true, user: { name: 'alice' } });
    expect(await client.session()).toMatchObject({ status: 'signed-in', stale: false });
  });

  it('survives a store that is away behind an ordinary request, too', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.instead('GET', '/api/me', ({ response }) => problem(response, 503, 'store-unavailable'));
    expect((await client.fetch('/api/me')).status).toBe(503);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: true });
  });

  it('asks again by itself when the API answers after having been away', async () => {
    const { api, open } = await setting();
    let time = 0;
    const client = open({ now: () => time });
    await client.login(ALICE);
    await client.session();
    api.instead('GET', '/api/me', ({ response }) => problem(response, 503, 'store-unavailable'));
    await client.fetch('/api/me');
    expect(client.getSnapshot().stale).toBe(true);
    time += 5_000;
    const fresh = new Promise<void>((resolve) => client.subscribe(resolve));
    await client.fetch('/api/me');
    await fresh;
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: false });
  });

  it('survives an API that is gone', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    await api.close();
    expect(await failureOf(client.session())).toMatchObject({ code: 'network', status: 0 });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: true });
  });

  it('stays unknown when the first question fails, and says so', async () => {
    const { api, open } = await setting();
    await api.close();
    const client = open();
    await failureOf(client.session());
    expect(client.getSnapshot()).toEqual({ status: 'unknown', stale: true });
  });

  it.each([
    'session-missing',
    'session-expired',
    'session-revoked',
    'session-replaced',
    'token-invalid',
    'token-reused',
  ])('becomes nobody when the API says %s', async (code) => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.endAll(code);
    expect(await client.session()).toEqual({ status: 'signed-out', stale: false, reason: code });
  });

  it.each(['session-missing', 'session-expired', 'session-revoked', 'token-invalid', 'token-reused'])(
    'becomes nobody when an ordinary request is answered %s, without asking again',
    async (code) => {
      const { api, open } = await setting();
      const client = open();
      await client.login(ALICE);
      api.endAll(code);
      const answer = await client.fetch('/api/me');
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code });
      expect(client.getSnapshot()).toEqual({ status: 'signed-out', stale: false, reason: code });
      expect(api.count('GET', '/auth/session')).toBe(0);
    },
  );

  it('asks before it believes that the session was replaced: the ticket may only have been the old one', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const before = client.getSnapshot();
    api.instead('GET', '/api/me', ({ response }) => problem(response, 401, 'session-replaced'));
    const asked = api.hold('GET', '/auth/session');
    await client.fetch('/api/me');
    await asked.arrived;
    expect(client.getSnapshot()).toBe(before);
    asked.letIn();
    await client.session({ slide: false });
    expect(client.getSnapshot().status).toBe('signed-in');
  });

  it.each([
    [
      'a bare 401',
      (response: import('node:http').ServerResponse) => json(response, 401, { code: 'session-expired' }),
    ],
    ['a 401 with a code of the app', (response) => problem(response, 401, 'voucher-expired')],
    ['our code under another status', (response) => problem(response, 400, 'token-invalid')],
    ['a forged-request refusal under 401', (response) => problem(response, 401, 'csrf-odd')],
    [
      'a problem document that is not JSON',
      (response) => {
        response.writeHead(401, { 'Content-Type': 'application/problem+json' });
        response.end('session-expired');
      },
    ],
  ] as [string, (response: import('node:http').ServerResponse) => void][])(
    'is not changed by %s',
    async (_, answer) => {
      const { api, open } = await setting();
      const client = open();
      await client.login(ALICE);
      const before = client.getSnapshot();
      api.instead('GET', '/api/me', ({ response }) => answer(response));
      expect((await client.fetch('/api/me')).ok).toBe(false);
      expect(client.getSnapshot()).toBe(before);
    },
  );

  it('keeps the first reason, which tells more than the "missing" that follows', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.endAll('session-expired');
    await client.session();
    api.instead('GET', '/auth/session', ({ response }) => problem(response, 401, 'session-missing'));
    expect(await client.session()).toMatchObject({ reason: 'session-expired' });
  });

  it('lets one caller go without taking the answer from the others', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    const client = open();
    const question = api.hold('GET', '/auth/session');
    const impatient = new AbortController();
    const patient = client.session();
    const gone = failureOf(client.session({ signal: impatient.signal }));
    await question.arrived;
    impatient.abort();
    expect(await gone).toMatchObject({ name: 'AbortError' });
    question.letIn();
    expect(await patient).toMatchObject({ status: 'signed-in' });
    expect(api.count('GET', '/auth/session')).toBe(1);
  });
});

describe('a late answer', () => {
  it('to a question from before the sign-in does not sign anybody out', async () => {
    const { api, open } = await setting();
    const client = open();
    const question = api.hold('GET', '/auth/session');
    const early = client.session();
    await question.arrived;
    await client.login(ALICE);
    question.letIn();
    expect(await early).toMatchObject({ status: 'signed-in' });
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in' });
  });

  it('to an ordinary request from before the sign-in does not either', async () => {
    const { api, open } = await setting();
    const client = open();
    const request = api.hold('GET', '/api/me');
    const early = client.fetch('/api/me');
    await request.arrived;
    await client.login(ALICE);
    request.letIn();
    expect((await early).status).toBe(401);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in' });
  });

  it('to a question from before the sign-out does not bring the session back', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const question = api.hold('GET', '/auth/session');
    const early = client.session();
    await question.arrived;
    await client.logout();
    question.letIn();
    await early;
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out', reason: 'signed-out' });
  });

  it('does not overwrite what a later question has learnt', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const request = api.hold('GET', '/api/me');
    const early = client.fetch('/api/me');
    await request.arrived;
    api.instead('GET', '/api/me', ({ response }) => problem(response, 401, 'session-expired'));
    await client.session();
    const known = client.getSnapshot();
    request.letIn();
    expect((await early).status).toBe(401);
    expect(client.getSnapshot()).toBe(known);
  });

  it('that the store is away does not age what a later question has learnt', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const request = api.hold('GET', '/api/me');
    const early = client.fetch('/api/me');
    await request.arrived;
    api.instead('GET', '/api/me', ({ response }) => problem(response, 503, 'store-unavailable'));
    await client.session();
    request.letIn();
    await early;
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: false });
  });
});

describe('an early answer', () => {
  it('is not younger than the word that the store is away, which was asked for later', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const question = api.hold('GET', '/auth/session');
    const early = client.session();
    await question.arrived;
    api.instead('GET', '/api/me', ({ response }) => problem(response, 503, 'store-unavailable'));
    await client.fetch('/api/me');
    question.letIn();
    expect(await early).toMatchObject({ status: 'signed-in', stale: true });
  });
});

describe('a malformed session document is a named error and no crash:', () => {
  const good = {
    user: { id: 'u', name: 'n' },
    session: {
      id: 's',
      createdAt: '2026-11-20T08:00:00Z',
      lastSeenAt: '2026-11-20T08:00:00Z',
      authenticatedAt: '2026-11-20T08:00:00.123456Z',
      idleExpiresAt: '2026-11-20T08:30:00Z',
      expiresAt: '2026-11-20T20:00:00Z',
      transport: 'cookie',
    },
    csrfToken: 'secret-token',
  };
  const without = (key: keyof typeof good.session) => ({
    ...good,
    session: { ...good.session, [key]: undefined },
  });

  it('while the smallest document that will do is accepted', async () => {
    const { api, open } = await setting();
    api.instead('GET', '/auth/session', ({ response }) => json(response, 200, good));
    expect(await open().session()).toMatchObject({ status: 'signed-in', session: { device: undefined } });
  });

  it.each([
    ['no JSON', '<!doctype html><title>Not Coatcheck</title>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', []],
    ['no user', { ...good, user: undefined }],
    ['a user without an id', { ...good, user: { name: 'n' } }],
    ['a user whose id is a number', { ...good, user: { id: 7, name: 'n' } }],
    ['a user with an empty name', { ...good, user: { id: 'u', name: '' } }],
    ['no session', { ...good, session: null }],
    ['no session id', without('id')],
    ['no creation', without('createdAt')],
    ['no last-seen', without('lastSeenAt')],
    ['no authentication', without('authenticatedAt')],
    ['no idle end', without('idleExpiresAt')],
    ['no transport', without('transport')],
    ['an end that is no instant', { ...good, session: { ...good.session, expiresAt: 'tomorrow' } }],
    ['no CSRF token', { ...good, csrfToken: undefined }],
  ])('%s', async (_, document) => {
    const { api, open } = await setting();
    const client = open();
    api.instead('GET', '/auth/session', ({ response }) => json(response, 200, document));
    const failure = await failureOf(client.session());
    expect(failure).toMatchObject({ name: 'CoatcheckError', code: 'response-malformed', status: 200 });
    expect(failure.message).not.toContain('secret-token');
    expect(client.getSnapshot()).toEqual({ status: 'unknown', stale: true });
  });
});
