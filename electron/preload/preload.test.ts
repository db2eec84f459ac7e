import { beforeEach, expect, it, vi } from 'vitest';
import type { VirtdeckBridge } from './preload.ts';

type PortListener = (event: { ports: object[] }, message: object) => void;

const standIn = vi.hoisted(() => ({
  bridges: new Map<string, unknown>(),
  listeners: new Map<string, unknown>(),
  posted: [] as unknown[],
  invoked: [] as unknown[],
}));

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => standIn.bridges.set(name, api) },
  ipcRenderer: {
    on: (channel: string, listener: unknown) => standIn.listeners.set(channel, listener),
    postMessage: (...args: unknown[]) => standIn.posted.push(args),
    invoke: (...args: unknown[]) => {
      standIn.invoked.push(args);
      return Promise.resolve(null);
    },
  },
  webUtils: { getPathForFile: (file: File) => `/dropped/${file.name}` },
}));

const messages: unknown[] = [];
vi.stubGlobal('window', {
  location: { origin: 'app://virtdeck' },
  postMessage: (...args: unknown[]) => messages.push(args),
});

await import('./preload.ts');
const bridge = standIn.bridges.get('virtdeck') as VirtdeckBridge;

beforeEach(() => {
  standIn.posted.length = 0;
  standIn.invoked.length = 0;
  messages.length = 0;
});

it('gives the page one object, with nothing of Electron in it', () => {
  expect([...standIn.bridges.keys()]).toEqual(['virtdeck']);
  expect(Object.keys(bridge).sort()).toEqual(['openFile', 'pathOfFile', 'requestBytePort', 'requestPort', 'saveFile']);
});

it('asks for ports in the words of the gateway', () => {
  bridge.requestPort();
  bridge.requestBytePort('a-ticket');
  expect(standIn.posted).toEqual([
    ['virtdeck:port', { kind: 'rpc' }],
    ['virtdeck:port', { kind: 'bytes', ticket: 'a-ticket' }],
  ]);
});

it('passes a port on to its own page only, and cannot be told another type', () => {
  const port = {};
  const listener = standIn.listeners.get('virtdeck:port') as PortListener;
  listener({ ports: [port] }, { kind: 'bytes', ticket: 'a-ticket', type: 'other' });
  expect(messages).toEqual([[{ type: 'virtdeck:port', kind: 'bytes', ticket: 'a-ticket' }, 'app://virtdeck', [port]]]);
});

it('asks for native dialogs with nothing but their input', async () => {
  expect(bridge.pathOfFile(new File([], 'clouds.yaml'))).toBe('/dropped/clouds.yaml');
  await bridge.openFile('keyFile');
  await bridge.saveFile('vm.xml', '<domain/>', false);
  expect(standIn.invoked).toEqual([
    ['virtdeck:open-file', { purpose: 'keyFile' }],
    ['virtdeck:save-file', { suggestedName: 'vm.xml', text: '<domain/>', isPrivate: false }],
  ]);
});
