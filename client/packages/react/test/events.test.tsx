import { createCoatcheck } from '@coatcheck/client';
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startApi } from '../../../testing/api.ts';
import { PATIENT, testBrowser, testTab } from '../../../testing/browser.ts';
import { CoatcheckProvider, useSession, useSessionExpiry } from '../src/index.ts';

afterEach(cleanup);

function Door() {
  const { status, reason } = useSession();
  const expiry = useSessionExpiry();
  return (
    <p data-testid="door">
      {[status, reason, expiry && `in ${expiry.inSeconds} s`].filter(Boolean).join(' ')}
    </p>
  );
}

async function signedIn(events?: boolean) {
  const api = await startApi();
  onTestFinished(() => api.close());
  const client = createCoatcheck({
    ...PATIENT,
    baseUrl: api.url,
    fetch: testBrowser().fetch,
    window: testTab(),
  });
  onTestFinished(() => client.close());
  await client.login({ username: 'alice', password: 'right' });
  const page = render(
    <StrictMode>
      <CoatcheckProvider client={client} events={events}>
        <Door />
      </CoatcheckProvider>
    </StrictMode>,
  );
  const shows = (text: string) => waitFor(() => expect(screen.getByTestId('door').textContent).toBe(text));
  const expiring = (at: string) =>
    api.push(
      `event: session-expiring\ndata: ${JSON.stringify({ id: 's1', idleExpiresAt: at, idleExpiresIn: 120 })}\n\n`,
    );
  return { api, client, page, shows, expiring };
}

describe('a provider with events', () => {
  it('shows an end at once, and asks nothing for it', async () => {
    const { api, shows } = await signedIn(true);
    await waitFor(() => expect(api.streams.size).toBe(1));
    const asked = api.count('GET', '/auth/session');
    api.push(
      'event: session-ended\ndata: {"id":"s1","code":"session-revoked","reason":"revoked-by-admin"}\n\n',
    );
    await shows('signed-out session-revoked');
    expect(api.count('GET', '/auth/session')).toBe(asked);
  });

  it('knows that the session is expiring until it was used again', async () => {
    const { api, client, shows, expiring } = await signedIn(true);
    await waitFor(() => expect(api.streams.size).toBe(1));
    expiring(client.getSnapshot().session?.idleExpiresAt ?? '');
    await shows('signed-in in 120 s');
    await client.session();
    await shows('signed-in');
  });

  it('lets go of its stream when it is taken away', async () => {
    const { api, page } = await signedIn(true);
    await waitFor(() => expect(api.streams.size).toBe(1));
    page.unmount();
    await waitFor(() => expect(api.streams.size).toBe(0));
  });
});

describe('a provider without', () => {
  it('opens none', async () => {
    const { api, client, shows } = await signedIn();
    await act(async () => void (await client.session()));
    await shows('signed-in');
    expect(api.count('GET', '/auth/events')).toBe(0);
  });
});
