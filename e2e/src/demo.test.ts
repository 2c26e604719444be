import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, type BrowserContext, launchChromium, type Page } from './chromium.ts';
import { freePort } from './coatcheck.ts';
import { type Demo, startDemo } from './demo.ts';

async function exited(child: ChildProcess): Promise<number> {
  const began = Date.now();
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  }
  return Date.now() - began;
}

describe.each(['localhost', 'dev.local'])('./coatcheck demo on %s', (host) => {
  let browser: Browser;
  let demo: Demo;
  let args: string[];
  let app: string;
  let api: string;

  beforeAll(async () => {
    const [apiPort, appPort] = [await freePort(), await freePort()];
    const data = mkdtempSync(join(tmpdir(), 'coatcheck-demo-'));
    args = ['--api-port', `${apiPort}`, '--app-port', `${appPort}`, '--data', data, '--host', host];
    if (host === 'dev.local') {
      args.push('--cookie-domain', host);
    }
    app = `http://${host}:${appPort}`;
    api = `http://${host}:${apiPort}`;
    browser = await launchChromium();
    demo = await startDemo(args);
  });

  afterAll(async () => {
    await browser?.close();
    demo?.child.kill('SIGKILL');
  });

  async function signIn(page: Page): Promise<string> {
    await page.goto(app);
    await page.getByLabel('User name').fill('demo');
    await page.getByLabel('Password').fill(demo.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return await sessionId(page);
  }

  async function sessionId(page: Page): Promise<string> {
    return (await page.getByTestId('session-id').textContent()) ?? '';
  }

  async function requestsOf(page: Page, action: () => Promise<unknown>): Promise<string[]> {
    const calls: string[] = [];
    const note = (request: { url(): string; method(): string }) => {
      if (request.url().startsWith(api)) {
        calls.push(`${request.method()} ${request.url().slice(api.length)}`);
      }
    };
    page.on('request', note);
    await action();
    page.off('request', note);
    return calls;
  }

  test('signing in, twenty requests at once, a reload and a second tab are one session', async () => {
    const context: BrowserContext = await browser.newContext();
    const page = await context.newPage();
    const id = await signIn(page);
    await page.getByRole('button', { name: '20 parallel requests' }).click();
    const parallel = page.getByTestId('parallel');
    await expect.poll(async () => await parallel.getAttribute('data-answers')).toBe('20');
    expect(await parallel.getAttribute('data-sessions')).toBe('1');
    const asked = await requestsOf(page, async () => {
      await page.reload();
      expect(await sessionId(page)).toBe(id);
      await page.getByTestId('devices').locator('li').first().waitFor();
    });
    expect(
      asked.filter((call) => call.startsWith('GET /auth/session') && !call.startsWith('GET /auth/sessions')),
    ).toHaveLength(1);
    expect(asked.filter((call) => call.includes('/auth/csrf'))).toHaveLength(0);
    const second = await context.newPage();
    await second.goto(app);
    expect(await sessionId(second)).toBe(id);
    await context.close();
  });

  test('after kill -9 and after Ctrl-C the person is still signed in, and Ctrl-C stops at once', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const id = await signIn(page);
    demo.child.kill('SIGKILL');
    await exited(demo.child);
    const password = demo.password;
    demo = await startDemo(args);
    expect(demo.password).toBe(password);
    await page.reload();
    expect(await sessionId(page)).toBe(id);
    demo.child.kill('SIGINT');
    expect(await exited(demo.child)).toBeLessThan(5_000);
    demo = await startDemo(args);
    await page.reload();
    expect(await sessionId(page)).toBe(id);
    expect(demo.output()).not.toMatch(/Exception|\bat [a-z.]+\(/);
    await context.close();
  });

  test('signing out in one tab is out in every tab, and the old cookie is dead', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page);
    const other = await context.newPage();
    await other.goto(app);
    await sessionId(other);
    const cookies = (await context.cookies()).map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
    await page.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [page, other]) {
      await tab.getByLabel('Password').waitFor();
    }
    const replayed = await fetch(`${api.replace(host, '127.0.0.1')}/auth/session`, {
      headers: { cookie: cookies },
    });
    expect(replayed.status).toBe(401);
    await context.close();
  });

  test('it works on a phone and in the dark, and a picture of it stands in the README', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    const page = await context.newPage();
    await signIn(page);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    expect(wide).toBe(false);
    await context.close();
    const picture = process.env.E2E_SCREENSHOT;
    if (picture !== undefined && host === 'localhost') {
      const large = await browser.newContext({
        viewport: { width: 1100, height: 820 },
        deviceScaleFactor: 2,
      });
      const shown = await large.newPage();
      await signIn(shown);
      await shown.getByRole('button', { name: '20 parallel requests' }).click();
      await shown.getByTestId('parallel').waitFor();
      await shown.screenshot({ path: picture });
      await large.close();
    }
  });
});
