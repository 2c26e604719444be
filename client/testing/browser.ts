import type { PageWindow, TabChannel } from '../packages/client/src/index.ts';

/** For a client whose time limit is not what is tested: a busy machine may take its time. */
export const PATIENT = { timeoutMs: 120_000 } as const;

/** One browser: one cookie jar, and as many tabs as wanted. */
export interface TestBrowser {
  /** `fetch` as a page's would behave: cookies by host, an Origin header, redirects hidden where they are not followed. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  readonly cookies: Map<string, Map<string, string>>;
}

export function testBrowser(origin = 'http://localhost:3000'): TestBrowser {
  const cookies = new Map<string, Map<string, string>>();

  async function fetchAsPage(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const host = new URL(request.url).hostname;
    const jar = cookies.get(host) ?? new Map<string, string>();
    cookies.set(host, jar);
    const withCookies = request.credentials === 'include';
    if (withCookies && jar.size > 0) {
      request.headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    request.headers.set('Origin', origin);
    const response = await fetch(request);
    if (withCookies) {
      for (const line of response.headers.getSetCookie()) {
        keep(jar, line);
      }
    }
    const hidden = request.redirect === 'manual' && response.status >= 300 && response.status < 400;
    return hidden ? Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' }) : response;
  }

  return { cookies, fetch: fetchAsPage };
}

function keep(jar: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/max-age=0/i.test(line)) {
    jar.delete(name);
  } else {
    jar.set(name, value);
  }
}

/** A tab's window, as far as the client looks at it. */
export interface TestTab extends PageWindow {
  /** What this tab said to the others. */
  readonly said: unknown[];
  focus(): void;
  turnVisible(visible: boolean): void;
  /** The page comes back from the back/forward cache, or is shown for the first time. */
  show(persisted: boolean): void;
}

export function testTab(): TestTab {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const said: unknown[] = [];
  const Channel = new Proxy(BroadcastChannel, {
    construct(target, [name]: [string]) {
      const channel = new target(name);
      const postMessage = channel.postMessage.bind(channel);
      return Object.assign(channel, {
        postMessage(message: unknown) {
          said.push(message);
          postMessage(message);
        },
      });
    },
  }) as unknown as new (
    name: string,
  ) => TabChannel;
  return {
    said,
    document,
    BroadcastChannel: Channel,
    addEventListener: (type, listener) => window.addEventListener(type, listener as EventListener),
    removeEventListener: (type, listener) => window.removeEventListener(type, listener as EventListener),
    focus: () => void window.dispatchEvent(new Event('focus')),
    turnVisible(visible) {
      document.visibilityState = visible ? 'visible' : 'hidden';
      document.dispatchEvent(new Event('visibilitychange'));
    },
    show: (persisted) => void window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted })),
  };
}

/** Resolves when the condition holds; asked again after every change that the subscription reports. */
export function until(subscribe: (listener: () => void) => () => void, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (holds()) {
        stop();
        resolve();
      }
    };
    const stop = subscribe(check);
    check();
  });
}
