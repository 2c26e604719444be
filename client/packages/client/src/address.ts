import { clientError } from './errors.ts';

/** The API's own address, and which other addresses are its own. */
export interface Api {
  /** Where Coatcheck's endpoints are: no slash at the end. */
  readonly auth: string;
  /** Reads an address as relative to the API. */
  resolve(address: string | URL): URL;
  /** True on exactly the API's origin: scheme, host and port. */
  owns(url: URL): boolean;
}

export function apiAt(baseUrl: string | URL, basePath: string): Api {
  const base = parse(baseUrl);
  if (!/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '') {
    throw invalid('baseUrl must be an http or https address without a user name');
  }
  if (base.search !== '' || base.hash !== '') {
    throw invalid('baseUrl must end with its path: nothing after ? or #');
  }
  if (!basePath.startsWith('/') || basePath.startsWith('//') || /[?#\\]/.test(basePath)) {
    throw invalid('basePath must be a path such as /auth');
  }
  if (!base.pathname.endsWith('/')) {
    base.pathname += '/';
  }
  const auth = new URL(base.pathname.slice(0, -1) + basePath, base).href.replace(/\/$/, '');
  return {
    auth,
    resolve: (address) => new URL(address, base),
    owns: (url) => url.origin === base.origin,
  };
}

function parse(baseUrl: string | URL): URL {
  try {
    return new URL(baseUrl, globalThis.location?.href);
  } catch (cause) {
    throw invalid(
      'baseUrl must be absolute where there is no page, for example https://api.example.com',
      cause,
    );
  }
}

function invalid(detail: string, cause?: unknown) {
  return clientError('configuration-invalid', 'This configuration cannot work', { detail, cause });
}
