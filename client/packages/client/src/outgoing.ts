import type { Api } from './address.ts';

/** One request on its way out, which can be sent again if `resendable`. */
export interface Outgoing {
  readonly url: URL;
  /** It goes to the API, with credentials. Whatever is not ours goes without. */
  readonly ours: boolean;
  /** GET, HEAD and OPTIONS change nothing and need no CSRF token. */
  readonly safe: boolean;
  /** False where the body is a stream, which is gone once it was sent. */
  readonly resendable: boolean;
  /**
   * A redirect would be followed to wherever it points, with the CSRF token and the body; and who is signed in, no
   * other address may say.
   */
  readonly refusesRedirect: boolean;
  readonly signal: AbortSignal | null | undefined;
  /** The arguments for `fetch`. */
  prepare(signal: AbortSignal, extraHeader?: readonly [string, string]): [RequestInfo | URL, RequestInit];
}

export function outgoing(api: Api, input: RequestInfo | URL, init: RequestInit = {}): Outgoing {
  const request = isRequest(input) ? input : undefined;
  const url = isRequest(input) ? new URL(input.url) : api.resolve(input);
  const safe = /^(GET|HEAD|OPTIONS)$/i.test(init.method ?? request?.method ?? 'GET');
  // Who asks for an anonymous request gets one; its 401 says nothing about the session.
  const ours = api.owns(url) && (init.credentials ?? request?.credentials) !== 'omit';
  const follows = (init.redirect ?? request?.redirect ?? 'follow') === 'follow';
  const refusesRedirect = ours && follows && (!safe || url.href.startsWith(`${api.auth}/`));
  return {
    url,
    ours,
    safe,
    resendable: !isStream(init.body),
    refusesRedirect,
    signal: init.signal ?? request?.signal,
    prepare(signal, extraHeader) {
      const headers = new Headers(init.headers ?? request?.headers);
      if (extraHeader) {
        headers.set(...extraHeader);
      }
      return [
        // The original stays unread for the second attempt.
        request ? (safe ? request : request.clone()) : url,
        {
          ...init,
          headers,
          signal,
          credentials: ours ? 'include' : 'omit',
          ...(refusesRedirect && { redirect: 'manual' as const }),
        },
      ];
    },
  };
}

/** Whether a `redirect: 'manual'` answer is one: browsers hide it, Node shows it. */
export function isRedirect(response: Response): boolean {
  return response.type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(response.status);
}

function isRequest(input: RequestInfo | URL): input is Request {
  return typeof input === 'object' && 'url' in input;
}

// By what it can do: in Node, and in frames, there is more than one ReadableStream; Safari's can't be iterated.
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);
}
