import { createCoatcheck } from '@coatcheck/client';
import { CoatcheckProvider } from '@coatcheck/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { loadConfig } from './config.ts';
import { DoctorPage } from './DoctorPage.tsx';
import { Problem } from './Problem.tsx';

const root = createRoot(document.getElementById('root') as HTMLElement);

try {
  root.render(
    <StrictMode>{globalThis.location.pathname === '/doctor' ? <DoctorPage /> : await demo()}</StrictMode>,
  );
} catch (error) {
  root.render(
    <main>
      <Problem text={`The demo could not start: ${error instanceof Error ? error.message : error}`} />
    </main>,
  );
}

async function demo() {
  const { apiBaseUrl } = await loadConfig();
  const client = createCoatcheck({ baseUrl: apiBaseUrl });
  return (
    <CoatcheckProvider client={client} events>
      <App />
    </CoatcheckProvider>
  );
}
