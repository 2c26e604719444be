import { Window } from 'happy-dom';

// A document for React, while fetch, streams and signals stay Node's own: the tests speak to a real server.
const window = new Window({ url: 'http://localhost:3000/' });

for (const name of [
  'document',
  'location',
  'navigator',
  'HTMLElement',
  'HTMLIFrameElement',
  'Node',
  'MutationObserver',
] as const) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
Object.assign(globalThis, { window, IS_REACT_ACT_ENVIRONMENT: true });

// After the document is there: the library looks for it when it is loaded. A busy machine may take its time.
const { configure } = await import('@testing-library/react');
configure({ asyncUtilTimeout: 60_000 });
