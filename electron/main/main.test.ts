import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterAll, expect, it, vi } from 'vitest';
import { createElectronStandIn } from './electron-stand-in.ts';

const standIn = createElectronStandIn();
// Real ports in place of Electron's, so that the page's end can be spoken to.
vi.mock('electron', () => ({ ...standIn.api, MessageChannelMain: MessageChannel }));

const profile = mkdtempSync(join(tmpdir(), 'virtdeck-main-'));
afterAll(() => rmSync(profile, { recursive: true, force: true }));

/** Calls a query by tRPC's WebSocket protocol, as the page does. */
function query(port: MessagePort, path: string): Promise<unknown> {
  return new Promise((resolve) => {
    port.on('message', (message: unknown) => {
      if (typeof message === 'string' && message.startsWith('{')) resolve(JSON.parse(message));
    });
    port.postMessage(JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'query', params: { path } }));
  });
}

it('joins a page of the desktop app with a real core, and lets go of the profile at the end', async () => {
  process.argv = [process.execPath, '/app', '--profile', profile];
  await import('./main.ts');
  await vi.waitFor(() => expect(standIn.windows).toHaveLength(1), 5_000);
  const contents = standIn.windows[0]?.webContents;
  standIn.ipcMain.emit('virtdeck:port', { sender: contents, senderFrame: contents?.mainFrame }, { kind: 'rpc' });
  const port = contents?.mainFrame.sent[0]?.ports[0] as MessagePort | undefined;
  if (port === undefined) throw new Error('no port came');
  expect(await query(port, 'settings.info')).toMatchObject({
    id: 1,
    result: { data: { shell: 'electron', profileDir: profile, secretStorage: 'keyring' } },
  });
  expect(existsSync(join(profile, 'lock'))).toBe(true);
  standIn.app.emit('will-quit', { preventDefault: () => undefined });
  await vi.waitFor(() => expect(standIn.app.exitCode).toBe(0), 3_000);
  expect(existsSync(join(profile, 'lock'))).toBe(false);
  port.close();
});
