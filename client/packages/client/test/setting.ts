import { onTestFinished } from 'vitest';
import { startApi, startStranger, type TestApi } from '../../../testing/api.ts';
import { PATIENT, type TestBrowser, type TestTab, testBrowser, testTab } from '../../../testing/browser.ts';
import { type Coatcheck, type CoatcheckError, type CoatcheckOptions, createCoatcheck } from '../src/index.ts';

export const ALICE = { username: 'alice', password: 'right' };
export const BOB = { username: 'bob', password: 'right' };

export interface Setting {
  readonly api: TestApi;
  readonly browser: TestBrowser;
  /** One more client in the same browser: another tab, or the same one after a reload. */
  open(options?: Partial<CoatcheckOptions>): Coatcheck;
  openTab(options?: Partial<CoatcheckOptions>): { readonly client: Coatcheck; readonly tab: TestTab };
}

/** An API on a free port and an empty browser, gone when the test is over. */
export async function setting(): Promise<Setting> {
  const api = await startApi();
  onTestFinished(() => api.close());
  const browser = testBrowser();
  const open = (options: Partial<CoatcheckOptions> = {}) => {
    const client = createCoatcheck({ ...PATIENT, baseUrl: api.url, fetch: browser.fetch, ...options });
    onTestFinished(() => client.close());
    return client;
  };
  return {
    api,
    browser,
    open,
    openTab(options = {}) {
      const tab = testTab();
      return { tab, client: open({ ...options, window: tab }) };
    },
  };
}

export async function stranger() {
  const server = await startStranger();
  onTestFinished(() => server.close());
  return server;
}

export async function failureOf(promise: Promise<unknown>): Promise<CoatcheckError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  if (!('error' in outcome)) {
    throw new Error(`Expected a failure, got ${JSON.stringify(outcome.value)}`);
  }
  return outcome.error;
}

export const times = <T>(count: number, run: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => run(index));
