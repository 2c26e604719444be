import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, launchChromium } from './chromium.ts';
import { freePort, jar, java, root } from './coatcheck.ts';

/** A session under names and flags that a browser keeps for https alone: `coatcheck dev` must make them hold. */
const php = `<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
ini_set('session.use_strict_mode', '1');
session_name('__Host-sid');
session_set_cookie_params(['secure' => true, 'httponly' => true, 'samesite' => 'None', 'path' => '/']);
session_start();
if ($path === '/api/login') { session_regenerate_id(true); $_SESSION['user'] = json_decode(file_get_contents('php://input'))->user; }
header('Content-Type: application/json');
echo json_encode(['user' => $_SESSION['user'] ?? null]);
`;

const django = `
import json, sys
from django.conf import settings
settings.configure(
    DEBUG=True, SECRET_KEY="for-this-test-alone", ROOT_URLCONF=__name__,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_DOMAIN="api.example.com",
    CSRF_COOKIE_SECURE=True,
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware"])
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
def me(request):
    return JsonResponse({"user": request.session.get("user"), "csrf": get_token(request)})
def login(request):
    request.session["user"] = json.loads(request.body)["user"]
    return JsonResponse({"user": request.session["user"]})
urlpatterns = [path("api/me", me), path("api/login", login)]
from django.core.management import execute_from_command_line
execute_from_command_line(["dev", "runserver", "--noreload", "127.0.0.1:" + sys.argv[1]])
`;

const page = `<!doctype html><title>dev</title><p id="text"></p><script type="module" src="/main.js"></script>`;
const main = `import { text } from './text.js';
window.loads = (window.loads ?? 0) + 1;
document.querySelector('#text').textContent = text;
if (import.meta.hot) import.meta.hot.accept('./text.js', (next) => { document.querySelector('#text').textContent = next.text; });
`;

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
}

const running: Running[] = [];
const folder = mkdtempSync(join(tmpdir(), 'coatcheck-dev-'));
let browser: Browser;
let appPort: number;

function start(command: string, args: string[]): Running {
  const chunks: string[] = [];
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.on('error', (error) => chunks.push(String(error)));
  const one = { child, output: () => chunks.join('') };
  running.push(one);
  return one;
}

async function listening(port: number, what: Running): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end && what.child.exitCode === null) {
    for (const host of ['127.0.0.1', '::1']) {
      const open = await new Promise<boolean>((resolve) => {
        const socket = connect(port, host);
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      });
      if (open) {
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`port ${port} stays closed: ${what.output()}`);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await exit;
  }
}

beforeAll(async () => {
  if (!existsSync(jar)) {
    throw new Error(`${jar} is missing: run ./mvnw -DskipTests package first`);
  }
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'main.js'), main);
  writeFileSync(join(folder, 'text.js'), `export const text = 'first';\n`);
  writeFileSync(join(folder, 'index.php'), php);
  writeFileSync(join(folder, 'backend.py'), django);
  appPort = await freePort();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const app = start(process.execPath, [
    vite,
    '--port',
    String(appPort),
    '--strictPort',
    '--host',
    'localhost',
  ]);
  await listening(appPort, app);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  for (const { child } of running) {
    await ended(child, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
});

async function startDev(apiPort: number): Promise<{ dev: Running; origin: string }> {
  const port = await freePort();
  const dev = start(java, [
    '-jar',
    jar,
    'dev',
    '--app',
    `http://localhost:${appPort}`,
    '--api',
    `http://localhost:${apiPort}`,
    '--port',
    String(port),
  ]);
  await listening(port, dev);
  return { dev, origin: `http://localhost:${port}` };
}

describe.each([
  { name: 'PHP', command: 'php', args: (port: number) => ['-S', `127.0.0.1:${port}`, 'index.php'] },
  { name: 'Django', command: '/usr/bin/python3', args: (port: number) => ['backend.py', String(port)] },
])('coatcheck dev in front of Vite and $name', ({ name, command, args }) => {
  test('a sign-in by fetch holds', async () => {
    const apiPort = await freePort();
    await listening(apiPort, start(command, args(apiPort)));
    const { dev, origin } = await startDev(apiPort);
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(origin);
    await tab.waitForFunction(() => document.querySelector('#text')?.textContent !== '');
    const call = async (
      method: string,
      path: string,
      csrf: string | null,
    ): Promise<Record<string, string | null>> =>
      await tab.evaluate(
        async ([how, where, token]) => {
          const body = how === 'POST' ? { body: JSON.stringify({ user: 'ann' }) } : {};
          const headers: Record<string, string> = token ? { 'X-CSRFToken': token } : {};
          const answer = await fetch(String(where), { method: String(how), headers, ...body });
          return answer.ok
            ? await answer.json()
            : { status: String(answer.status), text: await answer.text() };
        },
        [method, path, csrf] as const,
      );
    const before = await call('GET', '/api/me', null);
    expect(before.user).toBeNull();
    expect(await call('POST', '/api/login', before.csrf ?? null)).toMatchObject({ user: 'ann' });
    expect(await call('GET', '/api/me', null)).toMatchObject({ user: 'ann' });
    expect(dev.output()).toContain(name === 'PHP' ? 'Cookie __Host-sid: ' : 'Cookie sessionid: ');
    expect(dev.output()).toContain('Secure removed');
    await context.close();
    const stopping = Date.now();
    await ended(dev.child, 'SIGINT');
    expect(Date.now() - stopping).toBeLessThan(2_000);
  });
});

test('an edit shows without a reload, over a WebSocket of the one origin', async () => {
  const { dev, origin } = await startDev(await freePort());
  const tab = await browser.newPage();
  const sockets: string[] = [];
  tab.on('websocket', (socket) => sockets.push(new URL(socket.url()).host));
  const connected = tab.waitForEvent('console', (message) => message.text().includes('[vite] connected'));
  await tab.goto(origin);
  await connected;
  await tab.waitForFunction(() => document.querySelector('#text')?.textContent === 'first');
  await tab.evaluate(() => Object.assign(window, { kept: true }));
  writeFileSync(join(folder, 'text.js'), `export const text = 'second';\n`);
  await tab.waitForFunction(() => document.querySelector('#text')?.textContent === 'second');
  expect(await tab.evaluate(() => 'kept' in window)).toBe(true);
  expect(sockets).toEqual([new URL(origin).host]);
  await ended(dev.child, 'SIGINT');
  await tab.close();
});

test('an API that is down is named, and Ctrl-C ends it', async () => {
  const { dev, origin } = await startDev(await freePort());
  const tab = await browser.newPage();
  const answer = await tab.goto(`${origin}/api/me`);
  expect(answer?.status()).toBe(502);
  expect(await tab.textContent('h1')).toBe('The API is not running');
  await tab.close();
  const before = Date.now();
  await ended(dev.child, 'SIGINT');
  expect(Date.now() - before).toBeLessThan(2_000);
});
