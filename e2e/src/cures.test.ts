import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, launchChromium } from './chromium.ts';
import { type Coatcheck, freePort, jar, java, password, startCoatcheck } from './coatcheck.ts';
import { serveApp } from './pages.ts';

interface Finding {
  readonly code: string;
  readonly weight: string;
  readonly cure: { readonly stack: string; readonly place?: string; readonly lines: readonly string[] };
}

interface Case {
  readonly code: string;
  readonly settings: (app: string) => Record<string, unknown>;
  readonly ask: readonly string[];
  /** What the page's fetch adds to the request that has to be readable afterwards. */
  readonly init: { readonly method?: string; readonly headers?: Record<string, string> };
}

const cases: readonly Case[] = [
  {
    code: 'cors-allow-origin-missing',
    settings: () => ({ apps: ['http://localhost:1'] }),
    ask: [],
    init: {},
  },
  {
    code: 'preflight-header-refused',
    settings: (app) => ({ apps: [app] }),
    ask: ['--header', 'X-Tenant: blue'],
    init: { headers: { 'X-Tenant': 'blue' } },
  },
  {
    code: 'preflight-method-refused',
    settings: (app) => ({ apps: [app] }),
    ask: ['--unsafe', 'REPORT /auth/session'],
    init: { method: 'REPORT' },
  },
];

/** The advice for Coatcheck itself is written into its configuration as it stands, and a real Chromium has to agree. */
describe.each(cases)("the doctor's advice for Coatcheck: $code", ({ code, settings, ask, init }) => {
  let browser: Browser;
  let server: Coatcheck;
  let page: Server;
  let app: string;
  let api: string;

  beforeAll(async () => {
    const [apiPort, appPort] = [await freePort(), await freePort()];
    app = `http://localhost:${appPort}`;
    api = `http://localhost:${apiPort}`;
    browser = await launchChromium();
    server = await startCoatcheck(apiPort, { 'public-url': api, ...settings(app) });
    page = await serveApp(appPort, api);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    page?.close();
  });

  function firstFinding(): Finding | undefined {
    const login = 'POST /auth/login {"username":"ann","password":"{{password}}"}';
    const args = [
      '--app',
      app,
      '--api',
      api,
      '--csrf',
      '/auth/csrf',
      '--login',
      login,
      '--me',
      '/auth/session',
    ];
    const run = spawnSync(java, ['-jar', jar, 'doctor', ...args, ...ask, '--json'], {
      input: `${password}\n`,
      encoding: 'utf8',
    });
    expect(run.stdout, run.stderr).toContain('"findings"');
    const report = JSON.parse(run.stdout) as { findings: Finding[] };
    return report.findings.find((finding) => finding.weight !== 'note');
  }

  async function holds(): Promise<boolean> {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(`${app}/blank`);
    const held = await tab.evaluate(
      async ({ base, secret, more }) => {
        try {
          const login = await fetch(`${base}/auth/login`, {
            method: 'POST',
            credentials: 'include',
            headers: { 'Content-Type': 'application/json', ...more.headers },
            body: JSON.stringify({ username: 'ann', password: secret }),
          });
          const session = await fetch(`${base}/auth/session`, {
            credentials: 'include',
            ...(more.headers && { headers: more.headers }),
          });
          if (more.method) {
            await fetch(`${base}/auth/session`, { credentials: 'include', method: more.method });
          }
          return login.status === 200 && session.status === 200;
        } catch {
          return false;
        }
      },
      { base: api, secret: password, more: init },
    );
    await context.close();
    return held;
  }

  test('it is found, taken literally, and then it holds', async () => {
    const first = firstFinding();
    expect(first?.code).toBe(code);
    expect(first?.cure.stack).toBe('coatcheck');
    expect(first?.cure.place).toBe('coatcheck.yml');
    expect(await holds()).toBe(false);
    const file = join(server.folder, 'coatcheck.yml');
    const lines = first?.cure.lines ?? [];
    const key = (lines[0] ?? '').split(':')[0];
    const kept = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.split(':')[0] !== key);
    writeFileSync(file, `${[...kept, ...lines].join('\n')}\n`);
    await server.killAndRestart();
    expect(await holds()).toBe(true);
    expect(firstFinding()?.code).not.toBe(code);
  });
});
