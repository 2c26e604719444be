import { describe, expect, it } from 'vitest';
import { problem } from '../../../testing/api.ts';
import { ALICE, BOB, failureOf, setting, times } from './setting.ts';

const POST = { method: 'POST' };

describe('the CSRF token', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post'])('goes with %s', async (method) => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    expect((await client.fetch('/api/notes', { method })).status).toBe(200);
    expect(api.seen.at(-1)?.headers['x-csrf-token']).toBeDefined();
  });

  it.each(['GET', 'HEAD'])('does not go with %s, which therefore needs no preflight', async (method) => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    await client.fetch('/api/me', { method });
    expect(api.seen.at(-1)?.headers['x-csrf-token']).toBeUndefined();
    expect(api.seen.at(-1)?.headers.cookie).toContain('coat=');
  });

  it('has the name that the server was given', async () => {
    const { api, open } = await setting();
    const client = open({ csrfHeader: 'X-Our-Token' });
    await client.login(ALICE);
    await client.fetch('/api/notes', POST);
    expect(api.last('POST', '/api/notes').headers['x-our-token']).toBeDefined();
  });

  it('is not fetched for somebody who is not signed in and needs none', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.session();
    expect((await client.fetch('/api/public', POST)).status).toBe(200);
    expect(api.count('GET', '/auth/csrf')).toBe(0);
  });

  it('is fetched for somebody who is not signed in and turns out to need one', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.session();
    api.instead('POST', '/api/public', ({ response }) => problem(response, 403, 'csrf-missing'));
    expect((await client.fetch('/api/public', POST)).status).toBe(200);
    expect(api.count('GET', '/auth/csrf')).toBe(1);
    expect(api.last('POST', '/api/public').headers['x-csrf-token']).toBeDefined();
  });

  it('is picked up from the exposed header of any answer', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    api.sendTokenHeader = true;
    const reloaded = open();
    await reloaded.fetch('/api/me');
    await reloaded.fetch('/api/notes', POST);
    expect(api.count('GET', '/auth/session')).toBe(0);
    expect(api.count('GET', '/auth/csrf')).toBe(0);
    expect(api.count('POST', '/api/notes')).toBe(1);
  });

  it('from a header never replaces the one in hand, which is tied to the session that the page shows', async () => {
    const { api, browser, open } = await setting();
    const alice = open();
    await alice.login(ALICE);
    // Another tab, and no channel to hear it by.
    await open().login(BOB);
    api.sendTokenHeader = true;
    await alice.fetch('/api/me');
    const answer = await alice.fetch('/api/notes', { ...POST, body: 'as alice' });
    expect(answer.status).toBe(403);
    expect(alice.getSnapshot()).toMatchObject({ user: { name: 'bob' } });
    expect(browser.cookies.size).toBe(1);
  });

  it('from an answer to a request of before the sign-in is not taken', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    const client = open();
    api.sendTokenHeader = true;
    const request = api.hold('GET', '/api/me');
    const early = client.fetch('/api/me');
    await request.arrived;
    await client.login(BOB);
    await client.logout();
    request.letIn();
    await early;
    await client.fetch('/api/public', POST);
    expect(api.last('POST', '/api/public').headers['x-csrf-token']).toBeUndefined();
  });
});

describe('a token that is refused', () => {
  it.each(['csrf-missing', 'csrf-mismatch'])(
    'with %s is replaced, and the request sent once more',
    async (code) => {
      const { api, open } = await setting();
      const client = open();
      await client.login(ALICE);
      api.instead('POST', '/api/notes', ({ response }) => problem(response, 403, code));
      const answer = await client.fetch('/api/notes', { ...POST, body: 'a note' });
      expect(await answer.json()).toMatchObject({ body: 'a note' });
      expect(api.count('POST', '/api/notes')).toBe(2);
      expect(api.count('GET', '/auth/session')).toBe(1);
    },
  );

  it.each([401, 419])(
    'under the compatibility status %i is handled the same, and signs nobody out',
    async (status) => {
      const { api, open } = await setting();
      const client = open();
      await client.login(ALICE);
      api.instead('POST', '/api/notes', ({ response }) => problem(response, status, 'csrf-mismatch'));
      expect((await client.fetch('/api/notes', POST)).status).toBe(200);
      expect(client.getSnapshot()).toMatchObject({ status: 'signed-in' });
    },
  );

  it('is replaced once for all who wait', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.renewTokens();
    const answers = await Promise.all(times(20, () => client.fetch('/api/notes', POST)));
    expect(answers.map((answer) => answer.status)).toEqual(times(20, () => 200));
    expect(api.count('POST', '/api/notes')).toBe(40);
    expect(api.count('GET', '/auth/session') + api.count('GET', '/auth/csrf')).toBe(1);
  });

  it('is replaced once for all who wait and are not signed in', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.session();
    api.publicNeedsToken = true;
    const answers = await Promise.all(times(20, () => client.fetch('/api/public', POST)));
    expect(answers.map((answer) => answer.status)).toEqual(times(20, () => 200));
    expect(api.count('GET', '/auth/csrf')).toBe(1);
  });

  it('a second time is the answer, and there is no third', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.instead('POST', '/api/notes', ({ response }) => problem(response, 403, 'csrf-mismatch'), 9);
    const answer = await client.fetch('/api/notes', POST);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'csrf-mismatch' });
    expect(api.count('POST', '/api/notes')).toBe(2);
  });

  it.each([
    ['a text', () => 'text'],
    ['a form', () => new URLSearchParams({ a: 'text' })],
    ['bytes', () => new TextEncoder().encode('text')],
    ['a blob', () => new Blob(['text'])],
  ])('does not lose %s on the second attempt', async (_, body) => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.renewTokens();
    await client.fetch('/api/notes', { ...POST, body: body() });
    const bodies = api.seen.filter((one) => one.path === '/api/notes').map((one) => one.body);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toContain('text');
    expect(bodies[1]).toBe(bodies[0]);
  });

  it('does not lose the body of a Request on the second attempt', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.renewTokens();
    const request = new Request(`${api.url}/api/notes`, {
      ...POST,
      body: 'text',
      headers: { 'X-Mine': 'kept' },
    });
    expect(await (await client.fetch(request)).json()).toMatchObject({ body: 'text' });
    expect(api.last('POST', '/api/notes').headers['x-mine']).toBe('kept');
  });

  it('with a body that is a consumed stream is an error that says so; the next request has a fresh token', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    api.renewTokens();
    const stream = () => ({ ...POST, body: new Blob(['streamed']).stream(), duplex: 'half' }) as RequestInit;
    const failure = await failureOf(client.fetch('/api/notes', stream()));
    expect(failure).toMatchObject({ code: 'csrf-mismatch', status: 403 });
    expect(failure.message).toMatch(/stream that has been consumed.*repeat the request/);
    expect(api.count('POST', '/api/notes')).toBe(1);
    expect(await (await client.fetch('/api/notes', stream())).json()).toMatchObject({ body: 'streamed' });
    expect(api.count('POST', '/api/notes')).toBe(2);
  });

  it('because somebody else signed in does not send the request in their name', async () => {
    const { api, open } = await setting();
    const alice = open();
    await alice.login(ALICE);
    await open().login(BOB);
    const answer = await alice.fetch('/api/notes', { ...POST, body: 'as alice' });
    expect(answer.status).toBe(403);
    expect(api.count('POST', '/api/notes')).toBe(1);
    expect(alice.getSnapshot()).toMatchObject({ user: { name: 'bob' } });
  });

  it('because somebody signed in does not turn an anonymous request into theirs', async () => {
    const { api, open } = await setting();
    const nobody = open();
    await nobody.session();
    await open().login(BOB);
    expect((await nobody.fetch('/api/public', POST)).status).toBe(403);
    expect(api.count('POST', '/api/public')).toBe(1);
  });
});
