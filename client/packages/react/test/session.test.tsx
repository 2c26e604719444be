import { type Coatcheck, createCoatcheck } from '@coatcheck/client';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { StrictMode, useState } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { problem, startApi } from '../../../testing/api.ts';
import { PATIENT, testBrowser, testTab } from '../../../testing/browser.ts';
import { CoatcheckProvider, type UseSession, useCoatcheck, useSession } from '../src/index.ts';

const ALICE = { username: 'alice', password: 'right' };

afterEach(cleanup);

async function setting() {
  const api = await startApi();
  onTestFinished(() => api.close());
  const browser = testBrowser();
  const open = (): Coatcheck => {
    const client = createCoatcheck({ ...PATIENT, baseUrl: api.url, fetch: browser.fetch, window: testTab() });
    onTestFinished(() => client.close());
    return client;
  };
  return { api, open };
}

function Door() {
  const { status, stale, user, session, reason, error, login, logout, refresh } = useSession();
  const swallow = () => {};
  return (
    <div>
      <p data-testid="who">
        {[status, user?.name, session?.id, reason, stale && 'stale'].filter(Boolean).join(' ')}
      </p>
      <p data-testid="error">{error?.code ?? 'none'}</p>
      <button type="button" onClick={() => login(ALICE).catch(swallow)}>
        in
      </button>
      <button type="button" onClick={() => login({ ...ALICE, password: 'wrong' }).catch(swallow)}>
        wrong
      </button>
      <button type="button" onClick={() => logout().catch(swallow)}>
        out
      </button>
      <button type="button" onClick={() => refresh().catch(swallow)}>
        again
      </button>
    </div>
  );
}

function Watcher({ seen }: { seen: UseSession[] }) {
  seen.push(useSession());
  return null;
}

function Twins({ seen }: { seen: UseSession[] }) {
  const [count, setCount] = useState(0);
  return (
    <>
      <button type="button" onClick={() => setCount(count + 1)}>
        render
      </button>
      <Watcher seen={seen} />
      <Watcher seen={seen} />
    </>
  );
}

function Taker({ given }: { given: Coatcheck[] }) {
  given.push(useCoatcheck());
  return null;
}

const who = () => screen.getByTestId('who').textContent;
const error = () => screen.getByTestId('error').textContent;
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const shows = (text: string) => waitFor(() => expect(who()).toBe(text));

describe('useSession', () => {
  it('goes from unknown to what the API says, asked once also in StrictMode', async () => {
    const { api, open } = await setting();
    await open().login(ALICE);
    render(
      <StrictMode>
        <CoatcheckProvider client={open()}>
          <Door />
        </CoatcheckProvider>
      </StrictMode>,
    );
    expect(who()).toBe('unknown');
    await shows('signed-in alice s1');
    expect(api.count('GET', '/auth/session')).toBe(1);
    expect(api.count('GET', '/auth/csrf')).toBe(0);
  });

  it('signs in and out', async () => {
    const { open } = await setting();
    render(
      <CoatcheckProvider client={open()}>
        <Door />
      </CoatcheckProvider>,
    );
    await shows('signed-out session-missing');
    press('in');
    await shows('signed-in alice s1');
    press('out');
    await shows('signed-out signed-out');
  });

  it('shows why something failed, until the next attempt', async () => {
    const { api, open } = await setting();
    render(
      <CoatcheckProvider client={open()}>
        <Door />
      </CoatcheckProvider>,
    );
    await shows('signed-out session-missing');
    press('wrong');
    await waitFor(() => expect(error()).toBe('credentials-invalid'));
    const next = api.hold('POST', '/auth/login');
    press('in');
    await next.arrived;
    await waitFor(() => expect(error()).toBe('none'));
    next.letIn();
    await shows('signed-in alice s1');
    expect(error()).toBe('none');
  });

  it('shows that the first look failed, and can look again', async () => {
    const { api, open } = await setting();
    api.instead('GET', '/auth/session', ({ response }) => problem(response, 503, 'store-unavailable'));
    render(
      <CoatcheckProvider client={open()}>
        <Door />
      </CoatcheckProvider>,
    );
    await shows('unknown stale');
    await waitFor(() => expect(error()).toBe('store-unavailable'));
    press('again');
    await shows('signed-out session-missing');
    expect(error()).toBe('none');
  });

  it('hears of a sign-out in another tab', async () => {
    const { open } = await setting();
    const other = open();
    await other.login(ALICE);
    render(
      <CoatcheckProvider client={open()}>
        <Door />
      </CoatcheckProvider>,
    );
    await shows('signed-in alice s1');
    await other.logout();
    await waitFor(() => expect(who()).toMatch(/^signed-out/));
  });

  it('is the same for every component, and renders only on change', async () => {
    const { open } = await setting();
    const client = open();
    await client.login(ALICE);
    const seen: UseSession[] = [];
    render(
      <CoatcheckProvider client={client}>
        <Twins seen={seen} />
      </CoatcheckProvider>,
    );
    expect(seen).toHaveLength(2);
    await client.session({ slide: false });
    expect(seen).toHaveLength(2);
    press('render');
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map((one) => one.login)).size).toBe(2);
    expect(seen[2]?.login).toBe(seen[0]?.login);
    expect(new Set(seen.map((one) => one.session)).size).toBe(1);
  });

  it('follows when the provider gets another client', async () => {
    const first = await setting();
    const second = await setting();
    const alice = first.open();
    await alice.login(ALICE);
    const view = render(
      <CoatcheckProvider client={alice}>
        <Door />
      </CoatcheckProvider>,
    );
    expect(who()).toBe('signed-in alice s1');
    view.rerender(
      <CoatcheckProvider client={second.open()}>
        <Door />
      </CoatcheckProvider>,
    );
    await shows('signed-out session-missing');
  });

  it('lets a client be used that has asked already', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.session();
    render(
      <CoatcheckProvider client={client}>
        <Door />
      </CoatcheckProvider>,
    );
    expect(who()).toBe('signed-out session-missing');
    expect(api.count('GET', '/auth/session')).toBe(1);
  });
});

describe('on the server', () => {
  it('nobody is known, nothing is asked, and the page takes over without a mismatch', async () => {
    const { api, open } = await setting();
    const client = open();
    await client.login(ALICE);
    const page = (of: Coatcheck) => (
      <CoatcheckProvider client={of}>
        <Door />
      </CoatcheckProvider>
    );
    const asked = api.seen.length;
    const html = renderToString(page(client));
    expect(html).toContain('unknown');
    expect(html).not.toContain('alice');
    expect(api.seen).toHaveLength(asked);
    const container = document.createElement('div');
    container.innerHTML = html;
    document.body.append(container);
    const mismatches: unknown[] = [];
    render(page(client), { container, hydrate: true, onRecoverableError: (each) => mismatches.push(each) });
    await shows('signed-in alice s1');
    expect(mismatches).toEqual([]);
  });
});

describe('useCoatcheck', () => {
  it('is the provider’s client', async () => {
    const { open } = await setting();
    const client = open();
    const given: Coatcheck[] = [];
    render(
      <CoatcheckProvider client={client}>
        <Taker given={given} />
      </CoatcheckProvider>,
    );
    expect(given).toEqual([client]);
  });

  it('without a provider says what is missing', () => {
    expect(() => renderToString(<Door />)).toThrow(/CoatcheckProvider/);
  });
});
