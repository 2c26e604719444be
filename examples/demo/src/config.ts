/** What the page has to know before it can start; served beside it, so that ports are not built in. */
export interface DemoConfig {
  readonly apiBaseUrl: string;
}

export async function loadConfig(): Promise<DemoConfig> {
  const answer = await fetch('/config.json', { cache: 'no-store' });
  if (!answer.ok) {
    throw new Error(`/config.json was answered with ${answer.status}`);
  }
  const config: unknown = await answer.json();
  if (
    typeof config !== 'object' ||
    config === null ||
    !('apiBaseUrl' in config) ||
    typeof config.apiBaseUrl !== 'string'
  ) {
    throw new Error('/config.json names no apiBaseUrl');
  }
  return { apiBaseUrl: config.apiBaseUrl };
}
