import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const candidates = [
  process.env.E2E_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * Debian's Chromium with upstream's cookie defaults, silent towards the network. The names are answered by this machine alone.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'No Chromium found. Install it (Debian: apt-get install chromium) or name it in E2E_CHROMIUM: the browser tests need a real one.',
    );
  }
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP dev.local 127.0.0.1, MAP evil.test 127.0.0.1, MAP *.test 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: Readonly<Record<string, string>>;
  readonly status: number;
}

/** Every request of a page as it went over the wire, preflights included, with what was answered. */
export async function wire(page: Page): Promise<Sent[]> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const sent: Sent[] = [];
  const urls = new Map<string, { url: string; method: string }>();
  const requests = new Map<string, Record<string, string>>();
  cdp.on('Network.requestWillBeSent', (event) =>
    urls.set(event.requestId, { url: event.request.url, method: event.request.method }),
  );
  cdp.on('Network.requestWillBeSentExtraInfo', (event) =>
    requests.set(event.requestId, lower(event.headers)),
  );
  cdp.on('Network.responseReceivedExtraInfo', (event) => {
    // The events of one request come in no promised order: what is not there yet is there when it is read.
    const { requestId } = event;
    sent.push({
      get url() {
        return urls.get(requestId)?.url ?? '';
      },
      get method() {
        return urls.get(requestId)?.method ?? '';
      },
      get headers() {
        return requests.get(requestId) ?? {};
      },
      answer: lower(event.headers),
      status: event.statusCode,
    });
  });
  return sent;
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

export type { Browser, BrowserContext, Page };
