import type { IpcMain, MessageChannelMain, WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../core/kernel/logger.ts';
import {
  asElectron,
  createElectronStandIn,
  StandInChannel,
  StandInContents,
  StandInFrame,
} from './electron-stand-in.ts';
import { portChannel, PortGateway } from './port-gateway.ts';

const ticket = 'a-ticket-of-some-length';

describe('port gateway', () => {
  let contents: StandInContents;
  let ask: (request: unknown, frame?: StandInFrame | null, sender?: StandInContents) => void;
  let taken: { ticket: string | null; port: object }[];
  let channels: StandInChannel[];

  beforeEach(() => {
    const { ipcMain } = createElectronStandIn();
    contents = new StandInContents();
    taken = [];
    channels = [];
    const createChannel = () => {
      const channel = new StandInChannel();
      channels.push(channel);
      return asElectron<MessageChannelMain>(channel);
    };
    const core = {
      takeRpcPort: (port: object) => taken.push({ ticket: null, port }),
      takeBytePort: (given: string, port: object) => taken.push({ ticket: given, port }),
    };
    const gateway = new PortGateway(createChannel, core, silentLogger);
    gateway.listen(asElectron<IpcMain>(ipcMain));
    gateway.admit(asElectron<WebContents>(contents));
    ask = (request, frame = contents.mainFrame, sender = contents) => {
      ipcMain.emit(portChannel, { sender, senderFrame: frame }, request);
    };
  });

  it('gives one end to the core and the other to the page', () => {
    ask({ kind: 'rpc' });
    expect(taken).toEqual([{ ticket: null, port: channels[0]?.port1 }]);
    expect(contents.mainFrame.sent).toEqual([
      { channel: portChannel, message: { kind: 'rpc' }, ports: [channels[0]?.port2] },
    ]);
    ask({ kind: 'bytes', ticket });
    expect(taken[1]).toEqual({ ticket, port: channels[1]?.port1 });
    expect(contents.mainFrame.sent[1]?.message).toEqual({ kind: 'bytes', ticket });
  });

  it('refuses every other sender', () => {
    ask({ kind: 'rpc' }, null);
    ask({ kind: 'rpc' }, new StandInFrame('https://evil.example'));
    ask({ kind: 'rpc' }, new StandInFrame('app://virtdeck.evil'));
    ask({ kind: 'rpc' }, new StandInFrame('null'));
    ask({ kind: 'rpc' }, new StandInFrame('app://virtdeck', contents.mainFrame));
    ask({ kind: 'rpc' }, Object.assign(new StandInFrame('app://virtdeck'), { detached: true }));
    ask({ kind: 'rpc' }, contents.mainFrame, new StandInContents());
    expect(channels).toEqual([]);
  });

  it.each([[undefined], ['rpc'], [{ kind: 'x' }], [{ kind: 'bytes' }], [{ kind: 'bytes', ticket: 'short' }]])(
    'refuses the request %j',
    (request) => {
      ask(request);
      expect(channels).toEqual([]);
    },
  );

  it('gives one RPC port at a time: a client that connects again gives up the one before', () => {
    ask({ kind: 'rpc' });
    ask({ kind: 'rpc' });
    expect(channels.map((channel) => channel.port1.isClosed)).toEqual([true, false]);
  });

  it('closes the ports of a load with the next load', () => {
    ask({ kind: 'rpc' });
    ask({ kind: 'bytes', ticket });
    expect(channels).toHaveLength(2);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(channels.some((channel) => channel.port1.isClosed)).toBe(false);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(channels.every((channel) => channel.port1.isClosed)).toBe(true);
    ask({ kind: 'rpc' });
    expect(channels).toHaveLength(3);
  });

  it('closes the ports of a page that crashed or went away, and admits it no more when it is gone', () => {
    ask({ kind: 'rpc' });
    contents.emit('render-process-gone');
    expect(channels[0]?.port1.isClosed).toBe(true);
    ask({ kind: 'rpc' });
    contents.emit('destroyed');
    expect(channels[1]?.port1.isClosed).toBe(true);
    ask({ kind: 'rpc' });
    expect(channels).toHaveLength(2);
  });

  it('bounds the byte channels that are open at once', () => {
    for (let i = 0; i < 70; i++) ask({ kind: 'bytes', ticket });
    expect(channels).toHaveLength(64);
    channels[0]?.port1.close();
    ask({ kind: 'bytes', ticket });
    expect(channels).toHaveLength(65);
  });
});
