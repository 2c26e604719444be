import type { PageWindow, TabChannel } from './types.ts';

/** What one tab tells the others: that something happened, never what. */
export type TabMessage = 'login' | 'logout';

/** This page's ties to its user and to the other tabs of its origin. */
export interface Tabs {
  tell(message: TabMessage): void;
  close(): void;
}

/** What to do when another tab signed in or out, and when the user comes back to this one. */
export interface TabListeners {
  readonly onMessage: () => void;
  readonly onReturn: () => void;
}

export function watchTabs(page: PageWindow | undefined, name: string, listeners: TabListeners): Tabs {
  if (page === undefined) {
    return { tell() {}, close() {} };
  }
  const channel = openChannel(page, name);
  channel?.addEventListener('message', ({ data }) => {
    if (isMessage(data)) {
      listeners.onMessage();
    }
  });
  const visible = () => page.document.visibilityState === 'visible' && listeners.onReturn();
  // A page that comes out of the back/forward cache slept through every message.
  const shown = (event: { readonly persisted?: boolean }) => event.persisted === true && listeners.onReturn();
  page.document.addEventListener('visibilitychange', visible);
  page.addEventListener('pageshow', shown);
  page.addEventListener('focus', listeners.onReturn);
  let open = true;
  return {
    tell(type) {
      if (open) {
        channel?.postMessage({ type });
      }
    },
    close() {
      open = false;
      channel?.close();
      page.document.removeEventListener('visibilitychange', visible);
      page.removeEventListener('pageshow', shown);
      page.removeEventListener('focus', listeners.onReturn);
    },
  };
}

function openChannel(page: PageWindow, name: string): TabChannel | undefined {
  try {
    return page.BroadcastChannel && new page.BroadcastChannel(name);
  } catch {
    // Sandboxed frames have the constructor and may not use it: their tab goes without.
    return undefined;
  }
}

function isMessage(data: unknown): boolean {
  const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined;
  return type === 'login' || type === 'logout';
}
