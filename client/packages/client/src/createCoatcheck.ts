import { apiAt } from './address.ts';
import { withDeadline } from './deadline.ts';
import { parseDevices } from './documents.ts';
import { exchanges } from './exchange.ts';
import { type Looks, sessionLooks } from './looks.ts';
import { outgoing } from './outgoing.ts';
import { sessionState } from './state.ts';
import { watchTabs } from './tabs.ts';
import { sessionTurns } from './turns.ts';
import type { CallOptions, Coatcheck, CoatcheckOptions, DeviceSession, PageWindow } from './types.ts';
import { textOf, wire as wireTo } from './wire.ts';

/** Makes the client of one API. Nothing is sent until something is asked. */
export function createCoatcheck(options: CoatcheckOptions): Coatcheck {
  const {
    baseUrl,
    basePath = '/auth',
    csrfHeader = 'X-CSRF-Token',
    timeoutMs = 10_000,
    recheckEveryMs = 5_000,
    fetch: http = (input, init) => globalThis.fetch(input, init),
    window: page = globalThis.window as PageWindow | undefined,
    now = Date.now,
  } = options;
  const api = apiAt(baseUrl, basePath);
  const endpoint = (method: string, path: string, body?: object) =>
    outgoing(api, api.auth + path, {
      method,
      cache: 'no-store',
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });

  const state = sessionState();
  const wire = wireTo(api, state, {
    http,
    csrfHeader,
    onDoubt: (doubt) => (doubt === 'replaced' ? looks.inBackground() : looks.again()),
  });
  const looks: Looks = sessionLooks(state, wire, {
    timeoutMs,
    recheckEveryMs,
    now,
    get: (path) => endpoint('GET', path),
  });
  const exchange = exchanges(state, looks, wire);
  const tabs = watchTabs(page, `coatcheck ${api.auth}`, {
    onMessage() {
      state.turn();
      if (looks.isWanted()) {
        looks.inBackground();
      }
    },
    onReturn: looks.again,
  });
  const turns = sessionTurns(state, wire, looks, exchange, {
    timeoutMs,
    tell: tabs.tell,
    post: (path, body) => endpoint('POST', path, body),
  });

  const within = <T>(caller: CallOptions | undefined, run: (signal: AbortSignal) => Promise<T>) =>
    withDeadline(timeoutMs, caller?.signal, run);

  async function call(method: string, path: string, signal: AbortSignal): Promise<string> {
    return textOf(await exchange(endpoint(method, path), signal));
  }

  async function allDevices(signal: AbortSignal): Promise<readonly DeviceSession[]> {
    const devices: DeviceSession[] = [];
    let after = '';
    do {
      const page = parseDevices(await call('GET', `/sessions${after}`, signal));
      devices.push(...page.devices);
      after = page.next === undefined ? '' : `?after=${encodeURIComponent(page.next)}`;
    } while (after);
    return devices;
  }

  return {
    login: turns.login,
    logout: turns.logout,
    session: ({ slide = true, signal } = {}) =>
      withDeadline(Number.POSITIVE_INFINITY, signal, () => looks.look(slide)),
    async fetch(input, { timeoutMs: limit = timeoutMs, ...init } = {}) {
      const out = outgoing(api, input, init);
      return withDeadline(limit, out.signal, async (signal) =>
        out.ours ? (await exchange(out, signal)).response : wire.send(out, signal),
      );
    },
    subscribe: state.subscribe,
    getSnapshot: state.getSnapshot,
    sessions: {
      list: (caller) => within(caller, allDevices),
      end: (id, caller) =>
        within(caller, async (signal) => {
          await call('DELETE', `/sessions/${encodeURIComponent(id)}`, signal);
          if (state.getSnapshot().session?.id === id) {
            turns.ended();
          }
        }),
      endOthers: (caller) =>
        within(caller, async (signal) => {
          await call('DELETE', '/sessions', signal);
        }),
    },
    ended(id, reason) {
      if (state.getSnapshot().session?.id === id) {
        state.signedOut(state.turn(), reason);
      }
    },
    close: tabs.close,
  };
}
