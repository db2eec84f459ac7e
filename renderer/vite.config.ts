import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Relative addresses: the same files are served as app://virtdeck/ and by the portal. scripts/build.mjs sets outDir.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  cacheDir: join(import.meta.dirname, '..', 'build', 'vite'),
  plugins: [react()],
  build: {
    // The oldest browser that the portal is for; Electron's is newer. noVNC needs top-level await.
    target: 'chrome120',
    // The content policy allows no data: addresses but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
  },
});
