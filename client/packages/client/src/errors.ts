import type { ClientCode, CoatcheckError } from './types.ts';

/** What an answer or a failure says about itself. */
export interface Failure {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly retryAfter?: number | undefined;
}

const NAME = 'CoatcheckError';

/** Makes the one kind of error that this package throws. */
export function coatcheckError(failure: Failure, cause?: unknown): CoatcheckError {
  const { code, status, title, detail, retryAfter } = failure;
  const error = new Error(`${detail ?? title} (${code})`, cause === undefined ? undefined : { cause });
  return Object.assign(error, { name: NAME, code, status, title, detail, retryAfter } as const);
}

/** True for errors made here, also by another copy of this package on the same page. */
export function isCoatcheckError(value: unknown): value is CoatcheckError {
  return value instanceof Error && value.name === NAME && 'code' in value;
}

/** A failure that no problem document describes. */
export function clientError(
  code: ClientCode,
  title: string,
  more: { readonly status?: number; readonly detail?: string; readonly cause?: unknown } = {},
): CoatcheckError {
  return coatcheckError({ code, status: more.status ?? 0, title, detail: more.detail }, more.cause);
}
