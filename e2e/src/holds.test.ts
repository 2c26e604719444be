import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, type BrowserContext, launchChromium, type Page, type Sent, wire } from './chromium.ts';
import { type Coatcheck, freePort, password, startCoatcheck } from './coatcheck.ts';
import { serveApp } from './pages.ts';
import { found } from './secrets.ts';

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly id: string | undefined;
  readonly csrf: string | undefined;
  readonly text: string;
}

const topologies = [
  { name: 'two ports of localhost', host: 'localhost', extra: {} },
  {
    name: 'two ports of dev.local with a cookie domain',
    host: 'dev.local',
    extra: { 'cookie.domain': 'dev.local', 'cookie.domain-risk': 'accepted' },
  },
];

describe.each(topologies)('$name', ({ host, extra }) => {
  let browser: Browser;
  let server: Coatcheck;
  let app: string;
  let api: string;
  let stranger: string;
  const pages: Server[] = [];
  const secrets = new Map<string, string>([['password', password]]);

  beforeAll(async () => {
    const [apiPort, appPort, strangerPort] = [await freePort(), await freePort(), await freePort()];
    api = `http://${host}:${apiPort}`;
    app = `http://${host}:${appPort}`;
    stranger = `http://${host}:${strangerPort}`;
    browser = await launchChromium();
    server = await startCoatcheck(apiPort, { 'public-url': api, apps: [app], ...extra });
    pages.push(await serveApp(appPort, api), await serveApp(strangerPort, api));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    for (const page of pages) {
      page.close();
    }
  });

  async function open(context: BrowserContext, origin: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${origin}/blank`);
    return page;
  }

  async function call(
    page: Page,
    method: string,
    path: string,
    options: { csrf?: string; body?: unknown } = {},
  ): Promise<Answer> {
    const answer = await page.evaluate(
      async ({ url, verb, csrf, body }) => {
        const headers: Record<string, string> = csrf === undefined ? {} : { 'X-CSRF-Token': csrf };
        const init: RequestInit = { method: verb, credentials: 'include', headers };
        if (body !== undefined) {
          headers['Content-Type'] = 'application/json';
          init.body = JSON.stringify(body);
        }
        const response = await fetch(url, init).catch(() => undefined);
        if (response === undefined) {
          return { status: 0, text: '' };
        }
        return { status: response.status, text: await response.text() };
      },
      { url: `${api}${path}`, verb: method, csrf: options.csrf, body: options.body },
    );
    const json = (answer.text.startsWith('{') ? JSON.parse(answer.text) : {}) as {
      code?: string;
      csrfToken?: string;
      session?: { id: string };
    };
    if (json.csrfToken !== undefined) {
      secrets.set(`csrf token ${secrets.size}`, json.csrfToken);
    }
    return { ...answer, code: json.code, id: json.session?.id, csrf: json.csrfToken };
  }

  async function signIn(page: Page): Promise<{ id: string; csrf: string }> {
    const answer = await call(page, 'POST', '/auth/login', { body: { username: 'ann', password } });
    expect(answer.status, answer.text).toBe(200);
    for (const cookie of await page.context().cookies()) {
      if (cookie.name === 'coatcheck') {
        secrets.set(`ticket ${secrets.size}`, cookie.value);
        secrets.set(`secret part ${secrets.size}`, cookie.value.slice(27, 79));
      }
    }
    return { id: answer.id ?? '', csrf: answer.csrf ?? '' };
  }

  const preflights = (sent: Sent[]): Sent[] => sent.filter((one) => one.method === 'OPTIONS');

  test('after a sign-in by fetch, forty parallel reads and writes are one session', async () => {
    const context = await browser.newContext();
    const page = await open(context, app);
    const sent = await wire(page);
    const { id, csrf } = await signIn(page);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? call(page, 'GET', '/auth/session') : call(page, 'DELETE', '/auth/sessions', { csrf }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 40 }, () => 200));
    expect(new Set(answers.filter((_, i) => i % 2 === 0).map((answer) => answer.id))).toEqual(new Set([id]));
    expect((await call(page, 'GET', '/auth/session')).id).toBe(id);
    await expect.poll(() => preflights(sent).length).toBeGreaterThan(0);
    for (const preflight of preflights(sent)) {
      expect(preflight.status).toBe(204);
      expect(preflight.headers.cookie).toBeUndefined();
      expect(preflight.answer['set-cookie']).toBeUndefined();
    }
    const cookies = (): (string | undefined)[] =>
      sent
        .filter(
          (one) => one.url.startsWith(api) && one.method !== 'OPTIONS' && !one.url.endsWith('/auth/login'),
        )
        .map((one) => /(?:^|; )coatcheck=([^;]+)/.exec(one.headers.cookie ?? '')?.[1]);
    await expect.poll(() => cookies().length).toBeGreaterThanOrEqual(41);
    await expect.poll(() => new Set(cookies()).size).toBe(1);
    await context.close();
  });

  test('a write without, with a foreign and with a stale token is refused, and the page can read why', async () => {
    const mine = await browser.newContext();
    const other = await browser.newContext();
    const page = await open(mine, app);
    const first = await signIn(page);
    const foreign = await signIn(await open(other, app));
    const second = await signIn(page);
    expect(second.id).toBe(first.id);
    const write = async (csrf?: string) =>
      await call(page, 'DELETE', '/auth/sessions', csrf === undefined ? {} : { csrf });
    expect(await write()).toMatchObject({ status: 403, code: 'csrf-missing' });
    expect(await write(foreign.csrf)).toMatchObject({ status: 403, code: 'csrf-mismatch' });
    expect(await write(first.csrf)).toMatchObject({ status: 403, code: 'csrf-mismatch' });
    expect(await write('garbage')).toMatchObject({ status: 403, code: 'csrf-mismatch' });
    expect(await write(second.csrf)).toMatchObject({ status: 200 });
    await mine.close();
    await other.close();
  });

  test('an origin that is not listed can neither read nor write, although its cookies go along', async () => {
    const context = await browser.newContext();
    const page = await open(context, app);
    const { id, csrf } = await signIn(page);
    const theirs = await open(context, stranger);
    const sent = await wire(theirs);
    expect((await call(theirs, 'GET', '/auth/session')).status).toBe(0);
    expect((await call(theirs, 'DELETE', '/auth/sessions', { csrf })).status).toBe(0);
    expect((await call(theirs, 'POST', '/auth/login', { body: { username: 'ann', password } })).status).toBe(
      0,
    );
    await theirs.evaluate(async (url) => {
      await fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' });
    }, `${api}/auth/logout`);
    const simple = (): Sent[] =>
      sent.filter((one) => one.method === 'POST' && one.url.endsWith('/auth/logout'));
    await expect.poll(() => simple().map((one) => one.status)).toEqual([403]);
    await expect.poll(() => simple()[0]?.headers.cookie ?? '').toContain('coatcheck=');
    expect((await call(page, 'GET', '/auth/session')).id).toBe(id);
    await context.close();
  });

  test('form posts and sandboxed frames are refused, on the same site and across sites', async () => {
    const context = await browser.newContext();
    const page = await open(context, app);
    const { id } = await signIn(page);
    for (const origin of [stranger, stranger.replace(host, 'evil.test')]) {
      const theirs = await open(context, origin);
      const sent = await wire(theirs);
      await theirs.setContent(
        `<form method="post" action="${api}/auth/logout"><button>win a prize</button></form>`,
      );
      await Promise.all([theirs.waitForNavigation(), theirs.click('button')]);
      await expect
        .poll(() => sent.filter((one) => one.method === 'POST').map((one) => one.status))
        .toEqual([403]);
      await theirs.close();
    }
    const framed = await open(context, app);
    await framed.setContent(
      `<iframe sandbox="allow-scripts allow-forms" srcdoc="<script>fetch('${api}/auth/logout', {method: 'POST', mode: 'no-cors', credentials: 'include'}).then(() => parent.postMessage('done', '*'))</script>"></iframe>
       <script>addEventListener('message', () => { document.title = 'done'; })</script>`,
    );
    await framed.waitForFunction(() => document.title === 'done');
    // The frame can't read its answer, and DevTools of the page don't see it: the same request, with the cookie even.
    const cookie = (await context.cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
    const headers = { origin: 'null', 'sec-fetch-site': 'cross-site', cookie };
    const replayed = await fetch(`http://127.0.0.1:${server.port}/auth/logout`, { method: 'POST', headers });
    expect(replayed.status).toBe(403);
    expect(await replayed.json()).toMatchObject({ code: 'origin-not-allowed' });
    expect((await call(page, 'GET', '/auth/session')).id).toBe(id);
    await context.close();
  });

  test('a WebSocket handshake from another origin is refused', async () => {
    const context = await browser.newContext();
    await signIn(await open(context, app));
    const theirs = await open(context, stranger);
    const errors: string[] = [];
    theirs.on('websocket', (socket) => socket.on('socketerror', (error) => errors.push(error)));
    const outcome = await theirs.evaluate(
      async (url) =>
        await new Promise<string>((resolve) => {
          const socket = new WebSocket(url);
          socket.onopen = () => resolve('open');
          socket.onerror = () => resolve('refused');
        }),
      `${api.replace('http', 'ws')}/auth/session`,
    );
    expect(outcome).toBe('refused');
    await expect.poll(() => errors.join(' '), { timeout: 15_000 }).toContain('403');
    await context.close();
  });

  test('a reload, a second tab and a killed server keep the same session', async () => {
    const context = await browser.newContext();
    const page = await open(context, app);
    const { id } = await signIn(page);
    await page.reload();
    expect((await call(page, 'GET', '/auth/session')).id).toBe(id);
    const second = await open(context, app);
    expect((await call(second, 'GET', '/auth/session')).id).toBe(id);
    await server.killAndRestart();
    expect((await call(page, 'GET', '/auth/session')).id).toBe(id);
    await context.close();
  });

  test('sign-out kills the cookie on the server', async () => {
    const context = await browser.newContext();
    const page = await open(context, app);
    const { csrf } = await signIn(page);
    const before = (await context.cookies()).map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
    expect((await call(page, 'POST', '/auth/logout', { csrf })).status).toBe(204);
    expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain('coatcheck');
    expect(await call(page, 'GET', '/auth/session')).toMatchObject({ status: 401, code: 'session-missing' });
    const replayed = await fetch(`http://127.0.0.1:${server.port}/auth/session`, {
      headers: { cookie: before },
    });
    expect(replayed.status).toBe(401);
    expect(await replayed.json()).toMatchObject({ code: 'session-revoked' });
    await context.close();
  });

  test('no ticket, password or token was written down', () => {
    expect([...secrets.keys()].filter((what) => what.startsWith('ticket')).length).toBeGreaterThanOrEqual(6);
    expect(found(secrets, server.traces())).toEqual([]);
  });
});
