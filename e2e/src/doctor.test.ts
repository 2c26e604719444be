import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, launchChromium, type Page } from './chromium.ts';
import { freePort } from './coatcheck.ts';
import { type Demo, startDemo } from './demo.ts';

const APP = 'http://localhost:5173';
const PASSWORD = 'correct horse 42';

/** A small backend that signs people in; sick, its cookie has the classic mistake. */
async function startBackend(sick: boolean): Promise<{ server: Server; url: string }> {
  const sessions = new Set<string>();
  let next = 0;
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    const origin = request.headers.origin;
    response.setHeader('Vary', 'Origin');
    response.setHeader('Cache-Control', 'private, no-store');
    if (origin === APP) {
      response.setHeader('Access-Control-Allow-Origin', APP);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Allow-Headers', 'content-type');
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const sid = /sid=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const isLogin = request.method === 'POST' && request.url === '/login';
      if (isLogin && body.includes(PASSWORD)) {
        sessions.delete(sid);
        const fresh = `s${(next++).toString().padStart(31, '0')}`;
        sessions.add(fresh);
        const flags = sick ? 'SameSite=None' : 'SameSite=Lax';
        response.setHeader('Set-Cookie', `sid=${fresh}; Path=/; HttpOnly; ${flags}`);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"user":"anna"}');
      } else if (request.url === '/logout') {
        sessions.delete(sid);
        response.writeHead(204, { 'set-cookie': 'sid=; Path=/; Max-Age=0' }).end();
      } else {
        response.writeHead(sessions.has(sid) ? 200 : 401, { 'content-type': 'application/json' }).end('{}');
      }
    });
  };
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}

describe("the doctor's form in the demo", () => {
  let browser: Browser;
  let demo: Demo;
  let page: string;
  let apiOfDemo: string;
  const servers: Server[] = [];

  beforeAll(async () => {
    const [apiPort, appPort] = [await freePort(), await freePort()];
    browser = await launchChromium();
    const data = mkdtempSync(join(tmpdir(), 'coatcheck-doctor-'));
    demo = await startDemo(['--api-port', `${apiPort}`, '--app-port', `${appPort}`, '--data', data]);
    page = `http://localhost:${appPort}`;
    apiOfDemo = `http://localhost:${apiPort}`;
  });

  afterAll(async () => {
    await browser?.close();
    demo?.child.kill('SIGKILL');
    for (const server of servers) {
      server.close();
    }
  });

  async function backend(sick: boolean): Promise<string> {
    const { server, url } = await startBackend(sick);
    servers.push(server);
    return url;
  }

  /** By the keyboard alone: Tab from field to field, Enter to send. */
  async function examineByKeyboard(tab: Page, api: string): Promise<void> {
    await tab.goto(`${page}/doctor`);
    const fill: Record<string, string> = { api, password: PASSWORD, logout: '/logout' };
    for (let i = 0; i < 30; i++) {
      await tab.keyboard.press('Tab');
      const name = await tab.evaluate(() => document.activeElement?.getAttribute('name'));
      const value = fill[name ?? ''];
      if (value !== undefined) {
        await tab.keyboard.press('ControlOrMeta+A');
        await tab.keyboard.type(value);
      }
      if ((await tab.evaluate(() => document.activeElement?.getAttribute('type'))) === 'submit') {
        await tab.keyboard.press('Enter');
        return;
      }
    }
    throw new Error('the button is not reached by Tab');
  }

  test('a sick backend: the first broken link stands out, with reason and change; on a phone, in the dark', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    const tab = await context.newPage();
    await examineByKeyboard(tab, await backend(true));
    const verdict = tab.getByTestId('verdict');
    await verdict.waitFor();
    expect(await verdict.textContent()).toBe('The sign-in does not hold.');
    expect(await tab.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('verdict');
    expect(await tab.locator('[data-first="true"][data-mark]').count()).toBe(1);
    expect(await tab.locator('[data-first="true"][data-mark]').textContent()).toContain('sign-in');
    const finding = tab.getByTestId('finding').first();
    expect(await finding.getAttribute('data-code')).toBe('cookie-samesite-none-insecure');
    expect(await finding.textContent()).toContain('What to change');
    const wide = await tab.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    expect(wide).toBe(false);
    const dark = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(dark).toBe('rgb(25, 23, 21)');
    const stored = await tab.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
    );
    expect(stored).not.toContain('correct');
    expect(await tab.content()).not.toContain(PASSWORD);
    expect(demo.output()).not.toContain(PASSWORD);
    const picture = process.env.E2E_DOCTOR_SCREENSHOT;
    if (picture !== undefined) {
      await tab.screenshot({ path: picture, fullPage: true });
    }
    await context.close();
  });

  test('a healthy backend is told so', async () => {
    const tab = await browser.newPage();
    await examineByKeyboard(tab, await backend(false));
    const verdict = tab.getByTestId('verdict');
    await verdict.waitFor();
    expect(await verdict.getAttribute('data-healthy')).toBe('true');
    expect(await tab.locator('[data-mark="broken"]').count()).toBe(0);
    await tab.close();
  });

  test('what it does is shown while it runs, and can be stopped', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const tab = await browser.newPage();
    await examineByKeyboard(tab, `http://localhost:${(silent.address() as AddressInfo).port}`);
    await expect
      .poll(async () => await tab.getByTestId('progress').textContent())
      .toContain('before the sign-in');
    expect(await tab.getByRole('progressbar').count()).toBe(1);
    await tab.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(async () => await tab.getByRole('button', { name: 'Examine' }).isEnabled()).toBe(true);
    silent.closeAllConnections();
    silent.close();
    await tab.close();
  });

  test('another machine is not asked, and the page says why', async () => {
    const tab = await browser.newPage();
    await examineByKeyboard(tab, 'http://192.0.2.1:8000');
    await expect
      .poll(async () => await tab.getByTestId('problem').textContent())
      .toContain('is not this machine');
    await tab.close();
  });

  test('a page of somebody else can neither start it nor read anything', async () => {
    const port = await freePort();
    const evil = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>evil</title>');
    });
    await new Promise<void>((resolve) => evil.listen(port, '127.0.0.1', resolve));
    servers.push(evil);
    const asked: string[] = [];
    const target = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    servers.push(target);
    const api = `http://localhost:${(target.address() as AddressInfo).port}`;
    const tab = await browser.newPage();
    for (const host of ['localhost', '127.0.0.1', 'evil.test']) {
      await tab.goto(`http://${host}:${port}/`);
      const results = await tab.evaluate(
        async ({ desk, body }) => {
          const tries: RequestInit[] = [
            { headers: { 'Content-Type': 'application/json' } },
            { headers: { 'Content-Type': 'text/plain' } },
            { mode: 'no-cors' },
          ];
          return await Promise.all(
            tries.map((init) =>
              fetch(desk, { method: 'POST', body, ...init }).then(
                (answer) => answer.type,
                () => 'failed',
              ),
            ),
          );
        },
        {
          desk: `${page}/doctor/examination`,
          body: JSON.stringify({ app: APP, api, browser: 'chromium' }),
        },
      );
      expect(results).toEqual(['failed', 'failed', 'failed']);
    }
    expect(asked).toEqual([]);
    await tab.close();
  });

  test('the API of the demo, as of serve, has no such endpoint', async () => {
    const answer = await fetch(`${apiOfDemo}/doctor/examination`, { method: 'POST', body: '{}' });
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).not.toContain('report');
  });
});
