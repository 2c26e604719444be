import { createCoatcheck } from '@coatcheck/client';
import { CoatcheckProvider } from '@coatcheck/react';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { problem, startApi } from '../../../client/testing/api.ts';
import { PATIENT, testBrowser, testTab } from '../../../client/testing/browser.ts';
import { App } from '../src/App.tsx';
import { duration } from '../src/messages.ts';

afterEach(cleanup);

async function setting() {
  const api = await startApi();
  onTestFinished(() => api.close());
  const browser = testBrowser();
  const open = () => {
    const client = createCoatcheck({ ...PATIENT, baseUrl: api.url, fetch: browser.fetch, window: testTab() });
    onTestFinished(() => client.close());
    return client;
  };
  const show = () =>
    render(
      <StrictMode>
        <CoatcheckProvider client={open()}>
          <App />
        </CoatcheckProvider>
      </StrictMode>,
    );
  return { api, open, show };
}

async function signIn(password: string, deviceName = '') {
  fireEvent.change(await screen.findByLabelText('User name'), { target: { value: 'alice' } });
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } });
  fireEvent.change(screen.getByLabelText(/Name of this device/), { target: { value: deviceName } });
  await press('Sign in');
}

async function press(name: string) {
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  fireEvent.click(button);
}

const text = (testid: string) => screen.getByTestId(testid).textContent;
const alert = () => screen.getAllByRole('alert').map((each) => each.textContent);

describe('the sign-in form', () => {
  it('says that a password is wrong', async () => {
    const { show } = await setting();
    show();
    await signIn('wrong');
    await waitFor(() => expect(alert()).toContain('User name or password is wrong.'));
    expect(screen.getByLabelText('Password').getAttribute('aria-invalid')).toBe('true');
  });

  it('says how long to wait', async () => {
    const { api, show } = await setting();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    api.instead('POST', '/auth/login', ({ response }) => {
      response.setHeader('Retry-After', '30');
      problem(response, 429, 'login-throttled');
    });
    show();
    await signIn('right');
    await waitFor(() => expect(alert()).toContain('Too many attempts. Try again in 30 seconds.'));
    expect(screen.getByRole('timer').textContent).toBe('30 s to wait');
    vi.setSystemTime(Date.now() + 30_000);
    await waitFor(() => expect(screen.getByRole('timer').textContent).toBe('You can try again now.'));
  });

  it('is known to password managers', async () => {
    const { show } = await setting();
    show();
    expect((await screen.findByLabelText('User name')).getAttribute('autocomplete')).toBe('username');
    expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('current-password');
  });
});

describe('somebody who is signed in', () => {
  it('sees who, which session and how long', async () => {
    const { show } = await setting();
    show();
    await signIn('right', 'desk');
    await waitFor(() => expect(text('user-name')).toBe('alice'));
    expect(text('session-id')).toBe('s1');
    expect(text('device')).toBe('desk');
    expect(text('transport')).toBe('cookie');
    expect(text('idle')).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(text('status')).toBe('Signed in as alice.');
    expect(document.activeElement?.textContent).toBe('Hello, alice');
  });

  it('gets one session in all of twenty parallel answers, and ten steps of the counter', async () => {
    const { show } = await setting();
    show();
    await signIn('right');
    await screen.findByTestId('user-name');
    await press('20 parallel requests');
    const { dataset } = await screen.findByTestId('parallel');
    expect({ ...dataset }).toMatchObject({ sessions: '1', answers: '20', steps: '10' });
    expect(text('counter')).toBe('10');
    await press('Count one up');
    await waitFor(() => expect(text('counter')).toBe('11'));
  });

  it('sees a reload as the same session', async () => {
    const { open, show } = await setting();
    await open().login({ username: 'alice', password: 'right' });
    show();
    await waitFor(() => expect(text('session-id')).toBe('s1'));
  });

  it('sees the other devices and ends them', async () => {
    const { open, show } = await setting();
    for (const deviceName of ['phone', 'tablet', 'desk']) {
      await open().login({ username: 'alice', password: 'right', deviceName });
    }
    show();
    await press('End phone');
    await waitFor(() => expect(text('devices')).not.toContain('phone'));
    await press('End all others');
    await waitFor(() => expect(text('devices')).not.toContain('tablet'));
    expect(text('devices')).toContain('desk');
    expect(text('session-id')).toBe('s3');
  });

  it('signs out', async () => {
    const { show } = await setting();
    show();
    await signIn('right');
    await screen.findByTestId('user-name');
    await press('Sign out');
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(text('status')).toBe('You are signed out, in every tab.');
  });

  it('is signed out by another tab', async () => {
    const { open, show } = await setting();
    const other = open();
    await other.login({ username: 'alice', password: 'right' });
    show();
    await screen.findByTestId('user-name');
    await other.logout();
    await screen.findByRole('heading', { name: 'Sign in' });
  });

  it('stays signed in while the store is away, and can look again', async () => {
    const { api, show } = await setting();
    show();
    await signIn('right');
    await screen.findByTestId('user-name');
    api.instead('POST', '/auth/logout', ({ response }) => problem(response, 503, 'store-unavailable'));
    await press('Sign out');
    await waitFor(() => expect(alert().join()).toContain("can't reach its store"));
    await press('Try again');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull());
    expect(text('user-name')).toBe('alice');
  });
});

describe('an API that is not there', () => {
  it('is said, and asked again on demand', async () => {
    const { api, show } = await setting();
    api.instead('GET', '/auth/session', ({ request }) => request.socket.destroy());
    show();
    await waitFor(() => expect(alert().join()).toContain("The API can't be reached from here."));
    await press('Try again');
    await screen.findByRole('heading', { name: 'Sign in' });
  });
});

describe('a duration', () => {
  it.each([
    [-5, '00:00:00'],
    [1, '00:00:01'],
    [61_000, '00:01:01'],
    [43_200_000, '12:00:00'],
  ])('of %i ms is %s', (ms, shown) => expect(duration(ms)).toBe(shown));
});
