import { clientError, type Failure } from './errors.ts';
import type { DeviceSession, SessionEnd, SessionInfo, User } from './types.ts';

/** What `POST login` and `GET session` answer. */
export interface SessionDocument {
  readonly user: User;
  readonly session: SessionInfo;
  readonly csrfToken: string;
}

type Members = Readonly<Record<string, unknown>>;

const ENDS: ReadonlySet<string> = new Set<SessionEnd>([
  'session-missing',
  'session-expired',
  'session-revoked',
  'session-replaced',
  'token-invalid',
  'token-reused',
]);

/** Whether this failure means that there is no living session: the code says it, a bare 401 doesn't. */
export function sessionEnd(failure: Failure | undefined): SessionEnd | undefined {
  return failure?.status === 401 && ENDS.has(failure.code) ? (failure.code as SessionEnd) : undefined;
}

/** Whether this failure is about the CSRF token, under whatever status. */
export function isForgeryRefusal(failure: Failure | undefined): boolean {
  return failure?.code === 'csrf-missing' || failure?.code === 'csrf-mismatch';
}

/** Whether the ticket had been rotated before the request came; the answer carries the current one. */
export function isSuperseded(failure: Failure | undefined): boolean {
  return failure?.code === 'ticket-superseded';
}

/** The problem document (RFC 9457) of an answer, or nothing where it has none. Leaves the answer's body unread. */
export async function readProblem(response: Response): Promise<Failure | undefined> {
  const type = response.headers.get('content-type') ?? '';
  if (response.ok || !/^application\/problem\+json\s*(;|$)/i.test(type)) {
    return undefined;
  }
  const problem = parse(await response.clone().text());
  if (!isMembers(problem) || typeof problem.code !== 'string') {
    return undefined;
  }
  return {
    code: problem.code,
    status: response.status,
    title: text(problem.title) ?? problem.code,
    detail: text(problem.detail),
    retryAfter: retryAfter(response.headers.get('retry-after')) ?? seconds(problem.retryAfter),
  };
}

export function parseSession(json: string): SessionDocument {
  const document = members(parse(json), 'the session document');
  const user = members(document.user, 'user');
  const session = members(document.session, 'session');
  return {
    user: Object.freeze({ ...user, id: required(user, 'id'), name: required(user, 'name') }),
    session: Object.freeze({
      id: required(session, 'id'),
      createdAt: instant(session, 'createdAt'),
      lastSeenAt: instant(session, 'lastSeenAt'),
      authenticatedAt: instant(session, 'authenticatedAt'),
      idleExpiresAt: instant(session, 'idleExpiresAt'),
      expiresAt: instant(session, 'expiresAt'),
      transport: required(session, 'transport'),
      device: deviceName(session.device),
    }),
    csrfToken: required(document, 'csrfToken'),
  };
}

export function parseCsrf(json: string): string {
  return required(members(parse(json), 'the CSRF document'), 'csrfToken');
}

/** A page of the device list, and how to ask for the one after it. */
export interface DevicePage {
  readonly devices: readonly DeviceSession[];
  readonly next: string | undefined;
}

export function parseDevices(json: string): DevicePage {
  const page = members(parse(json), 'the list of sessions');
  if (!Array.isArray(page.sessions)) {
    throw malformed('sessions');
  }
  const devices = page.sessions.map((line: unknown) => {
    const session = members(line, 'sessions[]');
    return Object.freeze({
      id: required(session, 'id'),
      createdAt: instant(session, 'createdAt'),
      lastSeenAt: instant(session, 'lastSeenAt'),
      expiresAt: instant(session, 'expiresAt'),
      device: deviceName(session.device),
      current: session.current === true,
    });
  });
  return { devices, next: text(page.next) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function members(value: unknown, where: string): Members {
  if (!isMembers(value)) {
    throw malformed(where);
  }
  return value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function required(from: Members, name: string): string {
  const value = text(from[name]);
  if (value === undefined) {
    throw malformed(name);
  }
  return value;
}

function instant(from: Members, name: string): string {
  const value = required(from, name);
  if (Number.isNaN(Date.parse(value))) {
    throw malformed(name);
  }
  return value;
}

function deviceName(value: unknown): string | undefined {
  return isMembers(value) ? text(value.name) : text(value);
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** `Retry-After` in either of its forms (RFC 9110 §10.2.3), as seconds. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds(Math.max(0, Math.ceil(wait)));
}

// Names what is missing, never what was there: the answer may hold a token.
function malformed(where: string) {
  return clientError('response-malformed', 'The API answered with a document that is not what it should be', {
    status: 200,
    detail: `The API's answer has no usable ${where}: is baseUrl a Coatcheck API of this version?`,
  });
}
