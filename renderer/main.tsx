import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app/App.tsx';
import { settingsOf } from './app/settings-store.ts';
import { connectCore } from './core-client/link.ts';

// The content policy forbids eval, which zod would otherwise try.
z.config({ jitless: true });

/** The first picture waits this long for theme and language; a slow core must not keep the window empty. */
const SETTINGS_WAIT_MS = 800;

const link = connectCore();
const waited = new Promise((resolve) => setTimeout(resolve, SETTINGS_WAIT_MS));
void Promise.race([settingsOf(link).loaded(), waited]).then(() => {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no root element');
  createRoot(root).render(
    <StrictMode>
      <App link={link} />
    </StrictMode>,
  );
});
