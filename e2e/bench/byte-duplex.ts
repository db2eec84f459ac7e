import { Duplex } from 'node:stream';
import { ByteChannel, type ByteCarrier } from '../../shared/contract/byte-channel.ts';

/** The page's end of a byte channel as a stream: bytes are used as soon as they are here. */
export function byteDuplex(carrier: ByteCarrier): Duplex {
  const channel = new ByteChannel(carrier);
  const duplex = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      channel.write(chunk);
      done();
    },
    destroy(error, done) {
      channel.close();
      done(error);
    },
  });
  channel.onData = (bytes) => {
    duplex.push(bytes);
    channel.consumed(bytes.length);
  };
  channel.onPeerEnd = () => duplex.push(null);
  channel.onOver = () => duplex.destroy();
  return duplex;
}
