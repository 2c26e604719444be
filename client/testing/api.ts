import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the API saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request that stands at the door until it is let in. */
export interface Held {
  readonly arrived: Promise<void>;
  letIn(): void;
}

interface Visit {
  readonly seen: Seen;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Stored {
  readonly id: string;
  /** The current one; the ones before it are in grace. */
  ticket: string;
  readonly older: string[];
  readonly user: string;
  readonly device: string | undefined;
  csrf: string;
  lastSeenAt: number;
  counter: number;
  ended: string | undefined;
}

const START = Date.now();
const COOKIE = 'coat';

/** A small Coatcheck API on a free port of loopback: real sessions, real cookies, real CSRF tokens. */
export interface TestApi {
  readonly url: string;
  readonly seen: readonly Seen[];
  count(method: string, path: string): number;
  last(method: string, path: string): Seen;
  /** The next such request waits. */
  hold(method: string, path: string): Held;
  /** The next such requests are answered otherwise. */
  instead(method: string, path: string, answer: (visit: Visit) => unknown, times?: number): void;
  /** Ends every living session with this code. */
  endAll(code: string): void;
  /** The CSRF tokens that pages hold become invalid; the sessions live on. */
  renewTokens(): void;
  /** Every ticket is replaced, and the answer that carried the new one was lost. */
  rotateTickets(): void;
  /** Sends this to everyone who reads events. */
  push(text: string): void;
  /** Every stream of events that is open. */
  readonly streams: ReadonlySet<ServerResponse>;
  /** Whether cookie-borne sign-in needs a token, too. */
  loginNeedsToken: boolean;
  /** Whether somebody who is not signed in needs a token for unsafe requests, too. */
  publicNeedsToken: boolean;
  sendTokenHeader: boolean;
  close(): Promise<void>;
}

export async function startApi(): Promise<TestApi> {
  const sessions: Stored[] = [];
  const nonces = new Map<string, string>();
  const seen: Seen[] = [];
  const held: { key: string; arrive: () => void; gate: Promise<void> }[] = [];
  const others: { key: string; answer: (visit: Visit) => unknown }[] = [];
  const streams = new Set<ServerResponse>();
  let served = 0;

  const api = {
    url: '',
    seen,
    loginNeedsToken: false,
    publicNeedsToken: false,
    sendTokenHeader: false,
    count: (method: string, path: string) =>
      seen.filter((one) => one.method === method && pathOf(one.path) === path).length,
    last(method: string, path: string) {
      const one = seen.findLast((each) => each.method === method && pathOf(each.path) === path);
      if (one === undefined) {
        throw new Error(
          `no ${method} ${path} among ${seen.map((each) => `${each.method} ${each.path}`).join(', ')}`,
        );
      }
      return one;
    },
    hold(method: string, path: string): Held {
      let arrive = () => {};
      let letIn = () => {};
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      const gate = new Promise<void>((resolve) => {
        letIn = resolve;
      });
      held.push({ key: `${method} ${path}`, arrive, gate });
      return { arrived, letIn };
    },
    instead(method: string, path: string, answer: (visit: Visit) => unknown, times = 1) {
      for (let i = 0; i < times; i++) {
        others.push({ key: `${method} ${path}`, answer });
      }
    },
    endAll(code: string) {
      for (const session of sessions) {
        session.ended ??= code;
      }
    },
    renewTokens() {
      for (const session of sessions) {
        session.csrf = random();
      }
    },
    rotateTickets() {
      for (const session of sessions) {
        session.older.push(session.ticket);
        session.ticket = random();
      }
    },
    streams,
    push(text: string) {
      for (const stream of streams) {
        stream.write(text);
      }
    },
    close: () => stop(server),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const one: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
    };
    seen.push(one);
    const key = `${one.method} ${pathOf(one.path)}`;
    // What the session is now decides, not what it will be when the request is let in.
    const ticket = cookie(request, COOKIE) ?? '';
    const session = sessions.find((each) => [each.ticket, ...each.older].includes(ticket));
    const asItWas = session && { ...session };
    const waiting = take(held, (each) => each.key === key);
    if (waiting) {
      waiting.arrive();
      await waiting.gate;
    }
    const other = take(others, (each) => each.key === key);
    const visit = { seen: one, request, response };
    if (other) {
      other.answer(visit);
    } else {
      answer(visit, asItWas, session);
    }
  }

  function answer(visit: Visit, session: Stored | undefined, live: Stored | undefined): ServerResponse {
    const { seen: one, request, response } = visit;
    const path = pathOf(one.path);
    const unsafe = !['GET', 'HEAD'].includes(one.method);
    const isLogin = path === '/auth/login';
    if (session === undefined && cookie(request, COOKIE) !== undefined && !isLogin) {
      return problem(response, 401, 'session-replaced');
    }
    const bound = session?.csrf ?? nonces.get(cookie(request, 'nonce') ?? '');
    if (unsafe && (isLogin ? api.loginNeedsToken : api.publicNeedsToken || bound !== undefined)) {
      const token = request.headers['x-csrf-token'];
      if (typeof token !== 'string') {
        return problem(response, 403, 'csrf-missing');
      }
      if (bound === undefined || token.split('.')[1] !== bound) {
        return problem(response, 403, 'csrf-mismatch');
      }
    }
    if (isLogin) {
      return login(one, response);
    }
    if (path === '/auth/csrf') {
      return csrf(response, session);
    }
    if (path === '/api/public') {
      return json(response, 200, { hello: 'world' });
    }
    if (session === undefined || live === undefined) {
      return problem(response, 401, 'session-missing');
    }
    if (session.ended !== undefined) {
      return problem(response, 401, session.ended);
    }
    if (session.older.includes(cookie(request, COOKIE) ?? '')) {
      response.setHeader('Set-Cookie', ticketCookie(live));
      if (
        unsafe &&
        (path === '/auth/logout' || path.startsWith('/auth/sessions') || path === '/api/rotate')
      ) {
        return problem(response, 409, 'ticket-superseded');
      }
    }
    if (api.sendTokenHeader) {
      response.setHeader('X-CSRF-Token', masked(session.csrf));
    }
    return signedIn(one, response, live);
  }

  function signedIn(one: Seen, response: ServerResponse, session: Stored): ServerResponse {
    const path = pathOf(one.path);
    const mine = sessions.filter((each) => each.user === session.user && each.ended === undefined);
    if (path === '/auth/session') {
      if (!one.path.includes('slide=false')) {
        session.lastSeenAt += 1000;
      }
      return json(response, 200, documentOf(session));
    }
    if (path === '/auth/logout') {
      session.ended = 'session-revoked';
      response.setHeader('Set-Cookie', `${COOKIE}=; Max-Age=0; Path=/; HttpOnly`);
      return empty(response);
    }
    if (path === '/auth/sessions' && one.method === 'GET') {
      return json(response, 200, {
        sessions: mine.map((each) => ({ ...documentOf(each).session, current: each === session })),
      });
    }
    if (path === '/auth/sessions') {
      for (const each of mine.filter((other) => other !== session)) {
        each.ended = 'session-revoked';
      }
      return empty(response);
    }
    if (path.startsWith('/auth/sessions/')) {
      const target = mine.find((each) => path.endsWith(`/${each.id}`));
      if (target === undefined) {
        return problem(response, 404, 'session-unknown');
      }
      target.ended = 'session-revoked';
      return empty(response);
    }
    if (path === '/auth/events') {
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('retry: 20\n\n');
      return response;
    }
    if (path === '/api/counter') {
      session.counter++;
      return json(response, 200, { sessionId: session.id, counter: session.counter });
    }
    return json(response, 200, {
      sessionId: session.id,
      user: session.user,
      method: one.method,
      body: one.body,
    });
  }

  function login(one: Seen, response: ServerResponse): ServerResponse {
    if (one.headers.origin === undefined) {
      return problem(response, 403, 'origin-not-allowed');
    }
    const { username, password, deviceName } = JSON.parse(one.body);
    if (password !== 'right') {
      return problem(response, 401, 'credentials-invalid');
    }
    const session: Stored = {
      id: `s${sessions.length + 1}`,
      ticket: random(),
      older: [],
      user: username,
      device: deviceName,
      csrf: random(),
      lastSeenAt: START,
      counter: 0,
      ended: undefined,
    };
    sessions.push(session);
    response.setHeader('Set-Cookie', ticketCookie(session));
    return json(response, 200, documentOf(session));
  }

  function csrf(response: ServerResponse, session: Stored | undefined): ServerResponse {
    if (session !== undefined && session.ended === undefined) {
      return json(response, 200, { csrfToken: masked(session.csrf) });
    }
    const nonce = random();
    nonces.set(nonce, random());
    response.setHeader('Set-Cookie', `nonce=${nonce}; Path=/; HttpOnly`);
    return json(response, 200, { csrfToken: masked(nonces.get(nonce) ?? '') });
  }

  function ticketCookie(session: Stored): string {
    return `${COOKIE}=${session.ticket}; Path=/; HttpOnly; SameSite=Lax`;
  }

  function documentOf(session: Stored) {
    return {
      user: { id: `u-${session.user}`, name: session.user, roles: ['reader'] },
      session: {
        id: session.id,
        createdAt: iso(START),
        lastSeenAt: iso(session.lastSeenAt),
        authenticatedAt: iso(START),
        idleExpiresAt: iso(session.lastSeenAt + 1_800_000),
        expiresAt: iso(START + 43_200_000),
        transport: 'cookie',
        device: session.device ?? null,
        comment: 'members that this version does not know are welcome',
      },
      csrfToken: masked(session.csrf),
    };
  }

  const server = createServer((request, response) => {
    served++;
    response.setHeader('Cache-Control', 'private, no-store');
    serve(request, response).catch((error) => problem(response, 500, `test-api-${served}-${error}`));
  });
  api.url = await listen(server);
  return api;
}

/** A server of somebody else, which only notes who came. */
export async function startStranger(): Promise<{ url: string; seen: Seen[]; close(): Promise<void> }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    seen.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await bodyOf(request),
    });
    response.setHeader('X-CSRF-Token', 'from-a-stranger');
    if (request.url === '/lies') {
      return problem(response, 401, 'session-expired');
    }
    return json(response, 200, { stranger: true });
  });
  const url = await listen(server);
  // Another host, because ports do not separate cookies.
  return { url: url.replace('127.0.0.1', 'localhost'), seen, close: () => stop(server) };
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  more: object = {},
): ServerResponse {
  response.writeHead(status, { 'Content-Type': 'application/problem+json; charset=utf-8' });
  return response.end(
    JSON.stringify({ type: 'about:blank', title: `Title of ${code}`, status, code, ...more }),
  );
}

export function json(response: ServerResponse, status: number, value: unknown): ServerResponse {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  return response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

function empty(response: ServerResponse): ServerResponse {
  response.writeHead(204);
  return response.end();
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  const pair = (request.headers.cookie ?? '').split('; ').find((each) => each.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

function take<T>(from: T[], matches: (one: T) => boolean): T | undefined {
  const index = from.findIndex(matches);
  return index < 0 ? undefined : from.splice(index, 1)[0];
}

const pathOf = (path: string) => path.split('?')[0] ?? '';
const random = () => randomBytes(12).toString('hex');
const masked = (token: string) => `${random()}.${token}`;
const iso = (ms: number) => new Date(ms).toISOString();
