import { isCoatcheckError, type Snapshot } from '@coatcheck/client';

/** What a failure means for the person in front of the page. The code decides, not the text that came with it. */
export function explain(error: unknown): string {
  if (!isCoatcheckError(error)) {
    return error instanceof Error ? error.message : String(error);
  }
  switch (error.code) {
    case 'credentials-invalid':
      return 'User name or password is wrong.';
    case 'login-throttled':
      return `Too many attempts. Try again ${inSeconds(error.retryAfter)}.`;
    case 'session-limit-reached':
      return 'You are signed in on as many devices as the API allows. Sign out on one of them first.';
    case 'server-unavailable':
      return `The API can't answer at the moment. Try again ${inSeconds(error.retryAfter)}.`;
    case 'store-unavailable':
      return `The API can't reach its store at the moment. Nothing is lost; try again ${inSeconds(error.retryAfter)}.`;
    case 'origin-not-allowed':
      return `The API does not list this page's origin (${globalThis.location.origin}).`;
    case 'csrf-missing':
    case 'csrf-mismatch':
      return 'The API refused the request as possibly forged. Reload the page and try again.';
    case 'network':
      return "The API can't be reached from here. Is it running, and does it list this page's origin?";
    case 'timeout':
      return 'The API did not answer in time.';
    case 'user-changed':
      return 'Somebody else has signed in from another tab. Nothing was sent.';
    default:
      return error.message;
  }
}

/** Why somebody sees the sign-in form. */
export function whySignedOut(reason: Snapshot['reason']): string {
  switch (reason) {
    case 'signed-out':
      return 'You are signed out, in every tab.';
    case 'session-expired':
      return 'Your session has expired. Please sign in again.';
    case 'session-revoked':
      return 'This session was ended, here or from another device.';
    case 'session-replaced':
    case 'token-reused':
    case 'token-invalid':
      return 'This session is not valid any more. Please sign in again.';
    default:
      return 'You are not signed in.';
  }
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function inSeconds(seconds: number | undefined): string {
  if (seconds === undefined) {
    return 'in a moment';
  }
  return seconds <= 0 ? 'now' : `in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
}
