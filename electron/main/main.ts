import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { createCore } from '../core/app/create-core.ts';
import { createLogger } from '../core/app/log.ts';
import { lockProfile } from '../core/app/profile-lock.ts';
import { portCarrier } from '../core/rpc/carriers/byte-carriers.ts';
import { createRpcServer } from '../core/rpc/carriers/serve.ts';
import { boot } from './boot.ts';

// The program of the desktop app: joins Electron and the core. Everything else is in boot.ts, where tests can reach it.
// Not awaited: Electron becomes ready only when this module is loaded, and boot waits for that.
boot({
  electron,
  createLogger: (profileDir) => createLogger(profileDir),
  startCore: async ({ profileDir, connect, keyring, log }) => {
    // What nobody awaited must not end the app; it is a bug, and in the log.
    process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }));
    // Electron's own lock keeps out a second desktop app; this one keeps out a portal on the same profile.
    const unlock = await lockProfile(profileDir);
    const core = await createCore({ profileDir, shell: 'electron', log, keyring, connect });
    const rpc = createRpcServer(core.router, log);
    return {
      takeRpcPort: (port) => rpc.servePort(port),
      takeBytePort: (ticket, port) => void core.bytes.redeem(ticket, portCarrier(port)),
      addConnection: (uri) => core.addConnection(uri),
      language: () => core.language(),
      close: () => core.close().finally(unlock),
    };
  },
  args: process.argv.slice(electron.app.isPackaged ? 1 : 2),
  platform: process.platform,
  // This file is build/electron/main.js.
  buildDir: dirname(dirname(fileURLToPath(import.meta.url))),
}).catch((error: unknown) => {
  electron.dialog.showErrorBox('Virtdeck', error instanceof Error ? error.message : String(error));
  electron.app.exit(1);
});
