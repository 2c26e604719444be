import { describe, expect, it } from 'vitest';
import { problem } from '../../../testing/api.ts';
import { ALICE, BOB, failureOf, setting } from './setting.ts';

const ROTATE = '/api/rotate';
const POST = { method: 'POST', body: 'a note' };

/** Alice is signed in, in a second session, too; her browser's ticket was rotated, and it has not heard of that. */
async function rotated() {
  const { api, browser, open, openTab } = await setting();
  const elsewhere = open();
  await elsewhere.login({ ...ALICE, deviceName: 'phone' });
  const client = open();
  await client.login(ALICE);
  api.rotateTickets();
  return { api, browser, client, open, openTab };
}

describe('a ticket that was rotated', () => {
  it('lets a request be sent once more, with the ticket that the answer carried', async () => {
    const { api, client } = await rotated();
    const answer = await client.fetch(ROTATE, POST);
    expect(await answer.json()).toMatchObject({ sessionId: 's2', body: 'a note' });
    const [first, second, ...more] = api.seen.filter((one) => one.path === ROTATE);
    expect(more).toEqual([]);
    expect(second?.headers.cookie).not.toBe(first?.headers.cookie);
    expect(second?.headers['x-csrf-token']).toBe(first?.headers['x-csrf-token']);
    // The token said already whose session it is.
    expect(api.count('GET', '/auth/session') + api.count('GET', '/auth/csrf')).toBe(0);
  });

  it('lets a request without a body be sent once more', async () => {
    const { api, client } = await rotated();
    api.instead('GET', '/api/me', ({ response }) => problem(response, 409, 'ticket-superseded'));
    expect((await client.fetch('/api/me')).status).toBe(200);
    expect(api.count('GET', '/api/me')).toBe(2);
  });

  it('does not lose the body of a Request', async () => {
    const { api, client } = await rotated();
    const request = new Request(`${api.url}${ROTATE}`, POST);
    expect(await (await client.fetch(request)).json()).toMatchObject({ body: 'a note' });
  });

  it('does not hinder the sign-out', async () => {
    const { api, browser, client } = await rotated();
    await client.logout();
    expect(api.count('POST', '/auth/logout')).toBe(2);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-out', reason: 'signed-out' });
    expect([...browser.cookies.values()].some((jar) => jar.has('coat'))).toBe(false);
  });

  it('does not hinder the end of another session', async () => {
    const { api, client } = await rotated();
    await client.sessions.end('s1');
    expect(api.count('DELETE', '/auth/sessions/s1')).toBe(2);
    expect((await client.sessions.list()).map((one) => one.id)).toEqual(['s2']);
  });

  it('does not hinder the end of all other sessions', async () => {
    const { api, client } = await rotated();
    await client.sessions.endOthers();
    expect(api.count('DELETE', '/auth/sessions')).toBe(2);
    expect((await client.sessions.list()).map((one) => one.id)).toEqual(['s2']);
  });

  it('does not hinder a page that has its token from an answer, and never asked who is signed in', async () => {
    const { api, open } = await rotated();
    api.sendTokenHeader = true;
    const reloaded = open();
    await reloaded.fetch('/api/me');
    api.rotateTickets();
    expect((await reloaded.fetch(ROTATE, POST)).status).toBe(200);
    expect(reloaded.getSnapshot()).toMatchObject({ status: 'unknown' });
  });

  it('a second time is the answer, and there is no third', async () => {
    const { api, client } = await rotated();
    api.instead('POST', ROTATE, ({ response }) => problem(response, 409, 'ticket-superseded'), 9);
    const answer = await client.fetch(ROTATE, POST);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'ticket-superseded' });
    expect(api.count('POST', ROTATE)).toBe(2);
  });

  it('a second time is an error of the sign-out, which has not happened', async () => {
    const { api, client } = await rotated();
    api.instead('POST', '/auth/logout', ({ response }) => problem(response, 409, 'ticket-superseded'), 9);
    expect(await failureOf(client.logout())).toMatchObject({ code: 'ticket-superseded', status: 409 });
    expect(api.count('POST', '/auth/logout')).toBe(2);
    expect(client.getSnapshot()).toMatchObject({ status: 'signed-in', stale: false });
  });

  it('with a body that is a consumed stream is an error that says so; the next request succeeds', async () => {
    const { api, client } = await rotated();
    const stream = () =>
      ({ method: 'POST', body: new Blob(['streamed']).stream(), duplex: 'half' }) as RequestInit;
    const failure = await failureOf(client.fetch(ROTATE, stream()));
    expect(failure).toMatchObject({ code: 'ticket-superseded', status: 409 });
    expect(failure.message).toMatch(
      /ticket was out of date.*stream that has been consumed.*repeat the request/,
    );
    expect(api.count('POST', ROTATE)).toBe(1);
    expect(await (await client.fetch(ROTATE, stream())).json()).toMatchObject({ body: 'streamed' });
  });

  it('does not send the request in the name of somebody who signed in meanwhile, in another tab', async () => {
    const { api, openTab } = await setting();
    const alice = openTab().client;
    await alice.login(ALICE);
    const request = api.hold('POST', ROTATE);
    api.instead('POST', ROTATE, ({ response }) => problem(response, 409, 'ticket-superseded'));
    const answer = alice.fetch(ROTATE, POST);
    await request.arrived;
    const heard = new Promise<void>((resolve) => {
      const stop = alice.subscribe(() => {
        stop();
        resolve();
      });
    });
    await openTab().client.login(BOB);
    await heard;
    request.letIn();
    expect((await answer).status).toBe(409);
    expect(api.count('POST', ROTATE)).toBe(1);
    expect(alice.getSnapshot()).toMatchObject({ user: { name: 'bob' } });
  });

  it('does not send the request in the name of somebody who signed in unheard', async () => {
    const { api, open } = await setting();
    const alice = open();
    await alice.login(ALICE);
    const request = api.hold('POST', ROTATE);
    api.instead('POST', ROTATE, ({ response }) => problem(response, 409, 'ticket-superseded'));
    const answer = alice.fetch(ROTATE, POST);
    await request.arrived;
    await open().login(BOB);
    request.letIn();
    // Refused because of the token, which is Alice's.
    expect(await (await answer).json()).toMatchObject({ code: 'csrf-mismatch' });
    expect(api.count('POST', ROTATE)).toBe(2);
  });
});
