import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, type BrowserContext, launchChromium, type Page } from './chromium.ts';
import { type Coatcheck, freePort, password, startCoatcheck } from './coatcheck.ts';
import { serveApp } from './pages.ts';

// A person's other devices end a session; its page shows that without asking, in the demo as it was built.

let browser: Browser;
let server: Coatcheck;
let app: string;
let api: string;
let page: Server;

beforeAll(async () => {
  const [apiPort, appPort] = [await freePort(), await freePort()];
  api = `http://localhost:${apiPort}`;
  app = `http://localhost:${appPort}`;
  browser = await launchChromium();
  server = await startCoatcheck(apiPort, { 'public-url': api, apps: [app] });
  page = await serveApp(appPort, api);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  page?.close();
});

async function signedIn(context: BrowserContext): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(app);
  await tab.getByLabel('User name').fill('ann');
  await tab.getByLabel('Password').fill(password);
  const streams = tab.waitForResponse(`${api}/auth/events`);
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await tab.getByTestId('session-id').textContent();
  expect((await streams).status()).toBe(200);
  return tab;
}

function requestsOf(tab: Page): string[] {
  const calls: string[] = [];
  tab.on('request', (request) => calls.push(`${request.method()} ${request.url()}`));
  return calls;
}

test('a session that is ended on another device is shown as ended at once, in every tab, without a request', async () => {
  const home = await browser.newContext();
  const tab = await signedIn(home);
  const id = (await tab.getByTestId('session-id').textContent()) ?? '';
  const second = await home.newPage();
  let secondStreams = 0;
  second.on('request', (request) => {
    secondStreams += request.url() === `${api}/auth/events` ? 1 : 0;
  });
  await second.goto(app);
  await second.getByTestId('session-id').textContent();

  const phone = await browser.newContext();
  const other = await signedIn(phone);
  const calls = [requestsOf(tab), requestsOf(second)];
  const ended = await other.evaluate(
    async ({ url, device }) => {
      const session = await (await fetch(`${url}/auth/session`, { credentials: 'include' })).json();
      const answer = await fetch(`${url}/auth/sessions/${device}`, {
        method: 'DELETE',
        credentials: 'include',
        headers: { 'X-CSRF-Token': session.csrfToken },
      });
      return answer.status;
    },
    { url: api, device: id },
  );
  const began = Date.now();
  expect(ended).toBe(204);
  await tab.getByRole('button', { name: 'Sign in' }).waitFor();
  await second.getByRole('button', { name: 'Sign in' }).waitFor();
  const took = Date.now() - began;
  process.stdout.write(`shown as signed out in both tabs after ${took} ms\n`);
  expect(took, 'told, and not found with the next heartbeat').toBeLessThan(8_000);
  expect(calls).toEqual([[], []]);
  expect(secondStreams, 'the tabs of one browser share a stream').toBe(0);
  await other.getByTestId('session-id').waitFor();
  await home.close();
  await phone.close();
});

test('the tab that holds the stream closes, and the next one takes it over', async () => {
  const home = await browser.newContext();
  const tab = await signedIn(home);
  const second = await home.newPage();
  await second.goto(app);
  await second.getByTestId('session-id').textContent();
  const taken = second.waitForResponse(`${api}/auth/events`);
  await tab.close();
  expect((await taken).status()).toBe(200);
  await home.close();
});

test('a server that stops and comes back finds its pages again', async () => {
  const home = await browser.newContext();
  const tab = await signedIn(home);
  const again = tab.waitForResponse(
    (answer) => answer.url() === `${api}/auth/events` && answer.status() === 200,
    {
      timeout: 60_000,
    },
  );
  await server.killAndRestart();
  await again;
  await tab.getByTestId('session-id').waitFor();
  await home.close();
});
