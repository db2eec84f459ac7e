import type { WebSocket } from 'ws';
import { WINDOW_BYTES, type ByteCarrier } from '../../../../shared/contract/byte-channel.ts';
import { messageOf, type ServerPort } from './port-socket.ts';

/** A byte channel's carrier over a WebSocket of `ws`. */
export function socketCarrier(socket: WebSocket): ByteCarrier {
  const carrier: ByteCarrier = {
    send: (message) => socket.send(message, { binary: typeof message !== 'string' }),
    close: () => socket.close(),
    onMessage: () => undefined,
    onClose: () => undefined,
  };
  socket.binaryType = 'nodebuffer';
  socket.on('message', (data: Buffer, isBinary) => carrier.onMessage(isBinary ? data : data.toString()));
  socket.once('close', () => carrier.onClose());
  socket.once('error', () => socket.terminate());
  return carrier;
}

/** A byte channel's carrier over a MessagePort. Bytes are copied, never transferred: Electron drops transferred ones. */
export function portCarrier(port: ServerPort): ByteCarrier {
  const carrier: ByteCarrier = {
    send: (message) => port.postMessage(typeof message === 'string' ? message : new Uint8Array(message)),
    close: () => port.close(),
    onMessage: () => undefined,
    onClose: () => undefined,
  };
  port.on('message', (event) => {
    const message = messageOf(event);
    if (typeof message === 'string') carrier.onMessage(message);
    else if (message instanceof Uint8Array && message.length <= WINDOW_BYTES) carrier.onMessage(message);
    else port.close();
  });
  port.on('close', () => carrier.onClose());
  port.start?.();
  return carrier;
}
