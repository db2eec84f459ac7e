// Runs sandboxed before the page. It hands over ports and three native helpers, and nothing else of Electron.
import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** What the page finds as `window.virtdeck` in the desktop app; absent in the portal. */
export interface VirtdeckBridge {
  /** Asks for the RPC port. It comes as a window message `{ type: 'virtdeck:port', kind: 'rpc' }` with one port. */
  requestPort: () => void;
  /** Asks for the byte channel of a ticket; comes as `{ type: 'virtdeck:port', kind: 'bytes', ticket }`. */
  requestBytePort: (ticket: string) => void;
  /** The path of a dropped or chosen file; empty where it has none. */
  pathOfFile: (file: File) => string;
  /** The system's dialog to open a file: its path, or null where it was cancelled. */
  openFile: (purpose: 'keyFile' | 'cloudFile' | 'caFile') => Promise<string | null>;
  /** The system's dialog to save a text, a private one for this person's eyes only: true when it was written. */
  saveFile: (suggestedName: string, text: string, isPrivate: boolean) => Promise<boolean>;
}

// The names are those of port-gateway.ts and native-dialogs.ts; a sandboxed preload is kept free of other modules.
ipcRenderer.on('virtdeck:port', (event, message: object) => {
  window.postMessage({ ...message, type: 'virtdeck:port' }, window.location.origin, event.ports);
});

const bridge: VirtdeckBridge = {
  requestPort: () => ipcRenderer.postMessage('virtdeck:port', { kind: 'rpc' }),
  requestBytePort: (ticket) => ipcRenderer.postMessage('virtdeck:port', { kind: 'bytes', ticket }),
  pathOfFile: (file) => webUtils.getPathForFile(file),
  openFile: (purpose) => ipcRenderer.invoke('virtdeck:open-file', { purpose }) as Promise<string | null>,
  saveFile: (suggestedName, text, isPrivate) =>
    ipcRenderer.invoke('virtdeck:save-file', { suggestedName, text, isPrivate }) as Promise<boolean>,
};

contextBridge.exposeInMainWorld('virtdeck', bridge);
