import { clientError } from './errors.ts';

/**
 * Runs something that waits for the network, for at most `ms` milliseconds. When the time is over, or the caller's
 * signal says so, the promise rejects at once with the signal's reason, even if `run` is waiting for something that
 * it shares with others and therefore can't abort.
 */
export async function withDeadline<T>(
  ms: number,
  caller: AbortSignal | null | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const late = new AbortController();
  const timer = Number.isFinite(ms) ? setTimeout(() => late.abort(timeout(ms)), ms) : undefined;
  const signal = caller ? AbortSignal.any([caller, late.signal]) : late.signal;
  try {
    return await unlessAborted(run(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function timeout(ms: number) {
  return clientError('timeout', 'The API did not answer in time', {
    detail: `The API did not answer within ${ms} ms: it may or may not have done what it was asked`,
  });
}
